"""Which wish a merchant's signals mean. Read from above: the first line that holds decides.

What asks for a fact is a question for the guide; a wish speaks of the person's own shop, text,
figures or money.
"""

from bot.intents.rules import Rule

MERCHANT_RULES = (
    Rule("a person, please", "asks_person !no_person", "human_handoff"),
    Rule("another platform's business", "other_platform !own_platform", "out_of_scope"),
    # the flow of opening a shop
    Rule("steers the flow", "flow_control !asks_about_flow !fee_word", "launch_walkthrough"),
    Rule("has a paper now", "got_paper !asks_fact", "launch_walkthrough"),
    Rule("rejected, wants to mend it", "rejected how_to_mend !asks_about_reject", "launch_walkthrough"),
    Rule("corrects what was said", "corrects !check_me !claim !activity !asks_fact", "launch_walkthrough"),
    Rule("be my guide", "leads_me !a_text|wants_shop !asks_about_flow", "launch_walkthrough"),
    Rule("wants to be led", "wants_shop guide_me", "launch_walkthrough"),
    Rule("wants a plan", "plans !a_text !metric", "launch_walkthrough"),
    Rule("wants a shop", "wants_shop !asks_fact", "launch_walkthrough"),
    Rule("tells about the shop to be", "p_count p_subject|p_assets !asks_fact !metric", "launch_walkthrough"),
    Rule("tells who they are", "p_subject p_sells p_assets !asks_fact !metric", "launch_walkthrough"),
    # a text or an activity to check
    Rule("look at this text", "check_me a_text|claim|activity|sales_tool !metric|permitted !rule_fact", "compliance_check"),
    Rule("may I say this", "claim permitted !rule_fact", "compliance_check"),
    Rule("may I do this", "activity permitted !rule_fact", "compliance_check"),
    Rule("is this text allowed", "a_text permitted this_text|legal !rule_fact !metric", "compliance_check"),
    Rule("a text with a claim in it", "a_text claim this_text !asks_how !metric !rule_fact", "compliance_check"),
    Rule("is this promotion allowed", "sales_tool legal !rule_fact", "compliance_check"),
    # sums
    Rule("when will this money come", "settle_when", "fee_calculation"),
    Rule("what is left of this sum", "amount fee_word !about_case", "fee_calculation"),
    Rule("adds up fees", "fee_sum !metric !about_case", "fee_calculation"),
    # own figures
    Rule("so many came, so many bought", "two_counts !fee_word !asks_figure_of_guide", "metrics_diagnosis"),
    Rule("own figure, is it good", "metric figure judge|moves !fee_word !asks_figure_of_guide", "metrics_diagnosis"),
    Rule("my figures, are they good", "own_metric judge|moves !asks_figure_of_guide", "metrics_diagnosis"),
    Rule("tells figures", "metric figure !asks_how !fee_word !asks_figure_of_guide !p_count !about_case", "metrics_diagnosis"),
    Rule("figures go wrong", "metric moves !asks_how !fee_word !asks_figure_of_guide !about_case !rule_fact", "metrics_diagnosis"),
    Rule("my figures go wrong", "own metric moves judge !fee_word !asks_figure_of_guide !about_case !rule_fact", "metrics_diagnosis"),
    Rule("look at my shop's figures", "look_at_shop", "metrics_diagnosis"),
    Rule("off topic", "off_topic !anchor", "out_of_scope"),
    Rule("a bare number", "digits_only", "out_of_scope"),
)  # fmt: skip
