// Opens, signs and seals with WeCom's own library. One JSON request a line in, one answer a line out.
const { decrypt, encrypt, getSignature } = require("@wecom/crypto");

const lines = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean);
for (const line of lines) {
  const { key, token, timestamp, nonce, sealed, id } = JSON.parse(line);
  const { message, id: receiver } = decrypt(key, sealed);
  const back = encrypt(key, message, id);
  const signature = getSignature(token, timestamp, nonce, sealed);
  process.stdout.write(JSON.stringify({ message, receiver, signature, back }) + "\n");
}
