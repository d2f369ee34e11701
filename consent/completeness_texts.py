"""The sentences of `consent.completeness.explain`: plain Swedish, one fact or one thing to do each."""

DEFAULT_NAMES = {
    "youth": "Den unga",
    "guardian_1": "Vårdnadshavare 1",
    "guardian_2": "Vårdnadshavare 2",
    "guardian_3": "Vårdnadshavare 3",
    "guardian_4": "Vårdnadshavare 4",
    "representative": "Den legala företrädaren",
    "other_person": "Den andra personen",
}

SENTENCES = {
    "missing": "{name} har inte skrivit under ännu.",
    "refused": "{name} har sagt nej.",
    "not_counted": "{name} hade inte vårdnaden när underskriften gjordes, så den räknas inte.",
    "replaced": "{name} är förhindrad enligt ett beslut. Den andra vårdnadshavaren bestämmer ensam så länge.",
    "without_person": "Samtycket gäller inte uppgifter om {name}.",
    # why it ends before its last day
    "birthday_18": "Samtycket slutar gälla när den unga fyller 18 år.",
    "day_30": "Samtycket slutar gälla när beslutet om förhindrad vårdnadshavare går ut, senast dag 30.",
    "hindered_refused": "Den vårdnadshavare som var förhindrad har sagt nej. Samtycket gäller inte längre.",
    # tasks
    "child_view": "Ta reda på vad barnet tycker och skriv ner det. De vuxna bestämmer, men barnet ska höras.",
    "manager_reviews": "Barnet har sagt nej. En chef ska gå igenom samtycket innan det används.",
    "appoint_representative": (
        "Ingen vårdnadshavare eller annan företrädare finns. Kontakta överförmyndaren eller domstolen så att "
        "någon utses. Nämnden kan aldrig skriva under."
    ),
    "sig_criterion_reason": (
        "SIG förutsätter att både föräldrar och den unga är med. Skriv varför insatsen ändå ska börja."
    ),
    "no_letters_to_guardians": (
        "Den unga bestämmer själv. Skicka inga brev eller kallelser till vårdnadshavare som inte deltar."
    ),
    "stop_former_guardian": (
        "En vårdnadshavare har inte längre vårdnaden. Sluta genast att skicka brev och kallelser dit."
    ),
    "review_custody": "Vårdnaden har ändrats. Gå igenom samtycket inom 14 dagar.",
    "ask_adult": ("Den unga fyller snart 18 år. Fråga om ett eget samtycke, tidigast 60 dagar före födelsedagen."),
    "nobody_signs_instead": "Den som är vuxen skriver under själv. Ingen annan kan skriva under i stället.",
    "too_young_alone": (
        "Den unga är för ung för att bestämma ensam enligt kommunens åldersgräns. Vårdnadshavarna skriver också under."
    ),
    "hindered_not_accepted": (
        "Att en vårdnadshavare är förhindrad räcker inte här. Det kräver att kommunen använder regeln, att "
        "ett beslut gäller och att den andra vårdnadshavaren skriver under."
    ),
    "now_complete": (
        "Alla som nu behöver svara har sagt ja. Samtycket gäller först när den som håller i ärendet har gått igenom "
        "det och berättat för familjen."
    ),
}
