"""微信小店's callbacks about after-sales (notes, F). They only ring: the state is asked."""

from dataclasses import dataclass

from bot.channels.base import Answer, Callback, Doorbell, Received
from bot.channels.crypto import Keys
from bot.channels.envelope import greet_push, open_push

EVENT = "channels_ec_aftersale_update"
NEWS = "finder_shop_aftersale_status_update"


@dataclass(frozen=True, slots=True)
class WeixinShopDoor:
    """One shop's door. A ring's token is `after-sale number:order number`."""

    account: str
    keys: Keys
    plain: bool = False
    kind: str = "weixin_shop"

    def receive(self, callback: Callback) -> Received:
        """Verify and parse; events of other kinds are acknowledged. Raises NotGenuine."""
        if callback.method == "GET":
            return Received(answer=greet_push(self.keys, callback))
        form = open_push(self.keys, self.plain, callback).form
        news = form.form(NEWS)
        number, order_no = news.text("after_sale_order_id"), news.text("order_id")
        rings = form.text("event") == EVENT and number
        bell = Doorbell(self.account, f"{number}:{order_no}") if rings else None
        return Received(answer=Answer(b"success"), doorbell=bell)
