"""Which wish a buyer's signals mean. Read from above: the first line that holds decides.

Harm and fraud come before everything, a wish before a question about rules, and of several wishes
the one that changes something (data/evals.md, “Intents”).
"""

from bot.intents.rules import table

ALWAYS = table("""
    !greeting | greets | only a greeting
    !thanks_bye | thanks | only thanks
    !out_of_scope | injection | orders to the machine
    !out_of_scope | noise | nothing said
""")
"""The same for everybody."""

CUSTOMER_RULES = table("""
    human_handoff | scam | pretended service, stolen account
    human_handoff | asks_person !no_person !threat !other_platform | a person, please
    complaint_escalation | injury !hypothetical | somebody was hurt
    complaint_escalation | ache !firm_return !hypothetical !off_topic | somebody felt unwell
    complaint_escalation | punish !rule_word | a wrong that the law punishes
    policy_question | invoice | invoice
    complaint_escalation | fake !fake_not_goods !hypothetical | counterfeit
    complaint_escalation | threat | threat or complaint
    out_of_scope | other_platform asks|platform_topic !mine !broken !unfit !not_received
    + | another platform's business
    out_of_scope | off_topic !mine !broken !unfit !firm_return !money !swap !have_goods !track
    + | off topic
    complaint_escalation | anger !firm_return !money !swap !resend !progress | rage
    human_handoff | lost_patience !firm_return !money !swap !applied | no patience left

    # a case in progress
    refund_only_request | withdraw not_shipped money | cancelled before it was sent
    refund_only_request | cancels_order money !applied !progress | order cancelled, money back
    refund_status | withdraw !compensate | wants the case withdrawn
    refund_status | change_case | wants the case changed
    logistics_query | return_address !firm_return !money !progress|return_word
    + | where to send it back
    policy_question | refund_less | less came back
    refund_status | applied|refund_missing progress|refund_missing|hurry|asks !rule_word
    + | case under way

    # money back without sending back, however it is said
    refund_only_request | not_shipped money|compensate | not sent and wants the money
    refund_only_request | not_shipped firm_return|unwanted !swap | not sent and wants no more
    refund_only_request | not_received|lost money | lost and wants the money
    refund_only_request | lost firm_return | lost and wants it undone
    refund_only_request | rebuy money|firm_return !mine !have_goods | buys it again
    refund_only_request | paid_twice money|firm_return | paid twice

    # where is my case
    refund_status | sent_back !resend !keep_goods !firm_return !swap | sent back, where is the money
    policy_question | denied custom_made|goods_state|broken | not given back, made to order or used
    refund_status | refused_outright | refused
    refund_status | refused|denied !swap !firm_return | run out, or denied
    logistics_query | swap|resend waybill|when_shipped|track !applied !broken !wrong_item !missing
    + | replacement under way
    refund_status | progress !missing !not_received !who_pays !keep_goods | where is my case

    # rules of freight and sums
    policy_question | who_pays !keep_goods !firm_return|asks | who pays freight
    policy_question | money_rule asks !unwanted !unfit | how a sum is split
    policy_question | ships_in | how soon things are sent
    policy_question | asks_condition !firm_return | what returning requires

    # parcels
    logistics_query | redirect !money !firm_return | new address
    logistics_query | not_received !money !firm_return !resend | signed for but not here
    logistics_query | when_shipped !money !firm_return !swap | when will it be sent

    # another piece
    policy_question | swap_rule | rules of exchanging
    exchange_request | missing|broken want_part !money !firm_return !compensate
    + | send the missing part
    exchange_request | swap rule_word !asks | repair under warranty
    exchange_request | missing|empty|wrong_item|broken|spoiled|not_received resend|swap !money
    + !firm_return !compensate | send what is missing
    exchange_request | swap !firm_return !money !rule_word | wants another piece
    exchange_request | resend !money !firm_return | wants a piece sent

    # money back, goods stay
    refund_only_request | keep_goods | keeps the goods
    refund_only_request | spoiled !swap !rule_word | spoiled food
    refund_only_request | empty !swap | empty parcel
    refund_only_request | missing !swap !resend !want_part | pieces missing
    refund_only_request | voucher money|firm_return !asks | voucher not used
    refund_only_request | compensate !rule_word | part of the price back

    # rules asked before wishing
    policy_question | custom_made unwanted|can_return|asks|denied !firm_return !missing !wrong_item
    + | made to order
    policy_question | excluded_goods|custom_made|goods_state can_return !firm_return !unfit
    + !unwanted !mine !money | what may be returned
    policy_question | rule_word !firm_return !track | a rule

    # goods back; what is only guessed stands last
    refund_only_request | track|when_shipped|in_transit money !mine !have_goods !broken
    + | still under way, wants the money
    return_request | wrong_item firm_return|money | wrong goods, wants money
    return_request | firm_return | wants to return
    ~return_request | have_goods|mine|broken|unfit|unwanted money|can_return
    + | goods here, wants money
    ~exchange_request | wrong_item !broken | wrong goods
    logistics_query | track|when_shipped|waybill | where is it
    ~return_request | unwanted|unfit | not wanted
    ~return_request | broken !hypothetical | broken
    ~refund_only_request | money | money back
    ~refund_status | case_word | about a case
    ~return_request | return_word | speaks of returning
    ~return_request | can_return have_goods|mine | may this be returned
    ~policy_question | can_return | may such be returned
    ~policy_question | presale | before buying
    ~logistics_query | order_info | about an order
    ~out_of_scope | asks says_something !shop_word | nothing about a shop
    logistics_query | digits_only | a bare order number
""")
