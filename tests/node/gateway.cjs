// wechaty's own gateway over its mock puppet, told what people do by JSON lines on standard input.
// In: {"from", "text", "room"?, "mentions"?, "image"?, "twice"?}, {"logout"}, {"login"}. `twice`: the
// gateway is told of the message a second time, a little later. Out: {"port"} once, {"listening"} whenever
// our side connects or is gone, {"to", "text"} for everything that it says. A room's id holds an @, a contact's does not.
const { PuppetServer } = require("wechaty-puppet-service");
const { PuppetMock, mock } = require("wechaty-puppet-mock");
const { FileBox } = require("file-box");
const net = require("net");

const token = process.argv[2];
const told = (line) => process.stdout.write(JSON.stringify(line) + "\n");

const freePort = () =>
  new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

async function main() {
  const mocker = new mock.Mocker();
  const puppet = new PuppetMock({ mocker });
  const port = Number(process.argv[3]) || (await freePort());
  const server = new PuppetServer({
    endpoint: `127.0.0.1:${port}`, puppet, token, tls: { disable: true },
  });
  await server.start();
  await puppet.start();
  const people = {}, rooms = {};
  const person = (id) => (people[id] ||= mocker.createContact({ id, name: id }));
  const us = person("us");
  puppet.on("message", ({ messageId }) => {
    const said = mocker.messagePayload(messageId);
    if (said.talkerId === "us") told({ to: said.roomId || said.listenerId, text: said.text });
  });
  const room = (id) =>
    (rooms[id] ||= mocker.createRoom({ id, topic: id, memberIdList: ["us", ...Object.keys(people)] }));

  function happens(line) {
    const asked = JSON.parse(line);
    if (asked.login) return mocker.login(us);
    if (asked.logout) return puppet.logout("mock");
    const who = person(asked.from);
    const where = asked.room ? room(asked.room) : us;
    const said = asked.image ? FileBox.fromBase64(asked.image, "picture.png") : asked.text;
    if (asked.twice) {
      puppet.once("message", (event) => setTimeout(() => puppet.emit("message", event), asked.twice));
    }
    who.say(said, (asked.mentions || []).map(person)).to(where);
  }
  mocker.login(us);
  let rest = "";
  process.stdin.on("data", (data) => {
    const lines = (rest + data).split("\n");
    rest = lines.pop();
    lines.filter(Boolean).forEach(happens);
  });
  process.stdin.on("end", () => process.exit(0));
  told({ port });
  const alone = puppet.listenerCount("message");
  let listening = false;
  setInterval(() => {
    const now = puppet.listenerCount("message") > alone;
    if (now !== listening) told({ listening: (listening = now) });
  }, 20);
}

main();
