"""Which wish a merchant's signals mean. Read from above: the first line that holds decides.

What asks for a fact is a question for the guide; a wish speaks of the person's own shop, text,
figures or money.
"""

from bot.intents.rules import table

MERCHANT_RULES = table("""
    human_handoff | asks_person !no_person | a person, please
    !out_of_scope | buyer_here | what a buyer wants, at the wrong door
    !out_of_scope | elsewhere !own_platform | a shop on another platform
    out_of_scope | other_platform !own_platform | another platform's business
    !out_of_scope | writes_for_me !check_me !permitted | wants a text written
    !out_of_scope | abroad !own_platform | another country's law

    # terms and reminders
    !launch_walkthrough | reminds_me !reminds_others !asks_why | wants to be reminded
    !merchant_question | dated_event asks_last_day !how_to_mend !check_me !amount
    + | when does this term end
    !merchant_question | dated_event asks_last_day asks_about_reject !check_me !amount
    + | until when a rejection can be mended

    # the flow of opening a shop
    launch_walkthrough | flow_control !asks_about_flow !fee_word | steers the flow
    launch_walkthrough | got_paper !asks_fact | has a paper now
    launch_walkthrough | rejected how_to_mend !asks_about_reject | rejected, wants to mend it
    launch_walkthrough | corrects !check_me !claim !activity !asks_fact | corrects what was said
    launch_walkthrough | leads_me !a_text|wants_shop !asks_about_flow | be my guide
    launch_walkthrough | wants_shop guide_me | wants to be led
    launch_walkthrough | plans !a_text !metric | wants a plan
    launch_walkthrough | wants_shop !asks_fact | wants a shop
    launch_walkthrough | p_count p_subject|p_assets !asks_fact !metric | tells about the shop to be
    launch_walkthrough | p_subject p_sells p_assets !asks_fact !metric | tells who they are

    # a text or an activity to check
    !merchant_question | asks_why activity|sales_tool|claim|wants_shop !check_me !this_text !own
    + | why something is so
    compliance_check | check_me a_text|claim|activity|sales_tool !metric|permitted !rule_fact
    + | look at this text
    compliance_check | claim permitted !rule_fact | may I say this
    compliance_check | activity permitted !rule_fact | may I do this
    compliance_check | a_text permitted this_text|legal !rule_fact !metric | is this text allowed
    compliance_check | a_text claim this_text !asks_how !metric !rule_fact
    + | a text with a claim in it
    compliance_check | sales_tool legal !rule_fact | is this promotion allowed

    # sums
    fee_calculation | settle_when | when will this money come
    fee_calculation | amount fee_word !about_case | what is left of this sum
    fee_calculation | fee_sum !metric !about_case | adds up fees

    # own figures
    metrics_diagnosis | two_counts !fee_word !asks_figure_of_guide | so many came, so many bought
    metrics_diagnosis | metric figure judge|moves !fee_word !asks_figure_of_guide
    + | own figure, is it good
    metrics_diagnosis | own_metric judge|moves !asks_figure_of_guide | my figures, are they good
    metrics_diagnosis | metric figure !asks_how !fee_word !asks_figure_of_guide !p_count !about_case
    + | tells figures
    metrics_diagnosis | metric moves !asks_how !fee_word !asks_figure_of_guide !about_case
    + !rule_fact | figures go wrong
    metrics_diagnosis | own metric moves judge !fee_word !asks_figure_of_guide !about_case
    + !rule_fact | my figures go wrong
    metrics_diagnosis | look_at_shop | look at my shop's figures
    out_of_scope | off_topic !anchor | off topic

    # what the guide or a rule says
    merchant_question | about_case asks_fact | about a shop that the guide tells of
    merchant_question | asks_figure_of_guide asks_fact !two_counts !own_metric !check_me !amount
    + | asks for the guide's figure
    merchant_question | rejected asks_about_reject !how_to_mend | about rejections in general
    merchant_question | rule_fact asks_fact !own !check_me !metric !fee_word !amount !settle_when
    + !fee_sum !leads_me !wants_shop !flow_control !rejected !corrects !this_text !permitted
    + | asks for a rule
    out_of_scope | digits_only | a bare number
    ~merchant_question | anchor | names a thing of the guide
""")
