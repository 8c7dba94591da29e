"""Which wish a buyer's signals mean. Read from above: the first line that holds decides.

Harm and fraud come before everything, a wish before a question about rules, and of several wishes
the one that changes something (data/evals.md, “Intents”).
"""

from bot.intents.rules import Rule

ALWAYS = (
    Rule("only a greeting", "greets", "greeting"),
    Rule("only thanks", "thanks", "thanks_bye"),
    Rule("orders to the machine", "injection", "out_of_scope"),
    Rule("nothing said", "noise", "out_of_scope"),
)
"""The same for everybody."""

CUSTOMER_RULES = (
    Rule("pretended service, stolen account", "scam", "human_handoff"),
    Rule("a person, please", "asks_person !no_person !threat", "human_handoff"),
    Rule("somebody was hurt", "injury !hypothetical", "complaint_escalation"),
    Rule("a wrong that the law punishes", "punish !rule_word", "complaint_escalation"),
    Rule("invoice", "invoice", "policy_question"),
    Rule("counterfeit", "fake !fake_not_goods !hypothetical", "complaint_escalation"),
    Rule("threat or complaint", "threat", "complaint_escalation"),
    Rule("another platform's business", "other_platform asks|platform_topic !mine !broken !unfit !not_received", "out_of_scope"),
    Rule("off topic", "off_topic !mine !broken !unfit !firm_return !money !swap !have_goods !track", "out_of_scope"),
    Rule("rage", "anger !firm_return !money !swap !resend !progress", "complaint_escalation"),
    Rule("no patience left", "lost_patience !firm_return !money !swap !applied", "human_handoff"),
    # a case in progress
    Rule("cancelled before it was sent", "withdraw not_shipped money", "refund_only_request"),
    Rule("wants the case withdrawn", "withdraw !compensate", "refund_status"),
    Rule("wants the case changed", "change_case", "refund_status"),
    Rule("where to send it back", "return_address !firm_return !money !progress|return_word", "logistics_query"),
    Rule("less came back", "refund_less", "policy_question"),
    Rule("case under way", "applied|refund_missing progress|refund_missing|hurry|asks !rule_word", "refund_status"),
    # money back without sending back, however it is said
    Rule("not sent and wants the money", "not_shipped money|compensate", "refund_only_request"),
    Rule("not sent and wants no more", "not_shipped firm_return|unwanted !swap", "refund_only_request"),
    Rule("lost and wants the money", "not_received|lost money", "refund_only_request"),
    Rule("lost and wants it undone", "lost firm_return", "refund_only_request"),
    Rule("buys it again", "rebuy money|firm_return !mine !have_goods", "refund_only_request"),
    Rule("paid twice", "paid_twice money|firm_return", "refund_only_request"),
    # where is my case
    Rule("sent back, where is the money", "sent_back !resend !keep_goods !firm_return !swap", "refund_status"),
    Rule("not given back, made to order or used", "denied custom_made|goods_state|broken", "policy_question"),
    Rule("refused", "refused_outright", "refund_status"),
    Rule("run out, or denied", "refused|denied !swap !firm_return", "refund_status"),
    Rule("replacement under way", "swap|resend waybill|when_shipped|track !applied !broken !wrong_item !missing", "logistics_query"),
    Rule("where is my case", "progress !missing !not_received !who_pays !keep_goods", "refund_status"),
    # rules of freight and sums
    Rule("who pays freight", "who_pays !keep_goods !firm_return", "policy_question"),
    Rule("who pays freight of a return", "who_pays asks !keep_goods", "policy_question"),
    Rule("how a sum is split", "money_rule asks !unwanted !unfit", "policy_question"),
    Rule("how soon things are sent", "ships_in", "policy_question"),
    # parcels
    Rule("new address", "redirect !money !firm_return !swap", "logistics_query"),
    Rule("address was wrong, wants another way", "redirect !money !firm_return", "logistics_query"),
    Rule("signed for but not here", "not_received !money !firm_return !resend", "logistics_query"),
    Rule("when will it be sent", "when_shipped !money !firm_return !swap", "logistics_query"),
    # another piece
    Rule("rules of exchanging", "swap_rule", "policy_question"),
    Rule("send the missing part", "missing|broken want_part !money !firm_return !compensate", "exchange_request"),
    Rule("repair under warranty", "swap rule_word !asks", "exchange_request"),
    Rule("send what is missing", "missing|empty|wrong_item|broken|spoiled|not_received resend|swap !money !firm_return", "exchange_request"),
    Rule("wants another piece", "swap !firm_return !money !rule_word", "exchange_request"),
    Rule("wants a piece sent", "resend !money !firm_return", "exchange_request"),
    # money back, goods stay
    Rule("keeps the goods", "keep_goods", "refund_only_request"),
    Rule("spoiled food", "spoiled !swap !rule_word", "refund_only_request"),
    Rule("empty parcel", "empty !swap", "refund_only_request"),
    Rule("pieces missing", "missing !swap !resend !want_part", "refund_only_request"),
    Rule("voucher not used", "voucher money|firm_return !asks", "refund_only_request"),
    Rule("part of the price back", "compensate !rule_word", "refund_only_request"),
    # rules asked before wishing
    Rule("made to order", "custom_made unwanted|can_return|asks|denied !firm_return !missing !wrong_item", "policy_question"),
    Rule("what may be returned", "excluded_goods|custom_made|goods_state can_return !firm_return !unfit !unwanted !mine !money", "policy_question"),
    Rule("a rule", "rule_word !firm_return !track", "policy_question"),
    # goods back
    Rule("still under way, wants the money", "track|when_shipped|in_transit money !mine !have_goods !broken", "refund_only_request"),
    Rule("wrong goods, wants money", "wrong_item firm_return|money", "return_request"),
    Rule("wants to return", "firm_return", "return_request"),
    Rule("goods here, wants money", "have_goods|mine|broken|unfit|unwanted money|can_return", "return_request"),
    Rule("wrong goods", "wrong_item !broken", "exchange_request"),
    Rule("where is it", "track|when_shipped|waybill", "logistics_query"),
    Rule("not wanted", "unwanted|unfit", "return_request"),
    Rule("broken", "broken !hypothetical", "return_request"),
    Rule("money back", "money", "refund_only_request"),
    Rule("about a case", "case_word", "refund_status"),
    Rule("speaks of returning", "return_word", "return_request"),
    Rule("may this be returned", "can_return have_goods|mine", "return_request"),
    Rule("may such be returned", "can_return", "policy_question"),
    Rule("before buying", "presale", "policy_question"),
    Rule("nothing about a shop", "asks !shop_word", "out_of_scope"),
    Rule("a bare order number", "digits_only", "logistics_query"),
)  # fmt: skip
