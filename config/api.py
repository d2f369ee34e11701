"""The settings of the API's framework and of its description: nothing in them depends on where the platform runs."""

# Sign-in, rights, limits and errors are those of the pages (hub.api.endpoint): none of the framework's own.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Samverkanshubb",
    "VERSION": "1",
    "DESCRIPTION": "Samma regler som sidorna: det du inte får se där finns inte här.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SORT_OPERATIONS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "AUTHENTICATION_WHITELIST": [],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "hub.api.endpoint.close_bodies"],
    "ENUM_NAME_OVERRIDES": {
        "AgencyKind": "hub.models.AgencyKind",
        "Phase": "hub.models.Phase",
        "OpeningPhase": "hub.api.cases.OPENING_PHASES",
        "RelativeKind": "hub.models.RelativeKind",
        "SeatKind": "hub.models.SeatKind",
        "AnnotationKind": "consent.models.AnnotationKind",
        "HappeningKind": "consent.api.schemas.HAPPENINGS",
        "AssignmentRole": "hub.models.Role",
        "PartyRole": "hub.models.PartyRole",
        "ProposedRole": "hub.api.parties.ROLES",
        "ReviewKind": "consent.models.ReviewKind",
        "SignerRole": "consent.models.SignerRole",
        "ItemState": "consent.models.ItemState",
        "AnswerEnum": "consent.models.Answer",
        "InquiryState": "consent.models.InquiryState",
        "InquiryAnswer": "consent.models.InquiryAnswer",
        "PartyState": "hub.api.schemas.PARTY_STATES",
        "ToldThrough": "consent.forms.withdrawal.CHANNELS",
        "WithdrawalChannel": "consent.models.WithdrawalChannel",
        "ConsentState": "consent.api.schemas.STANDINGS",
        "ProtectionOutcome": "triage.models.ProtectionOutcome",
        "ClosingOutcome": "hub.models.CLOSING_OUTCOMES",
        "DecisionKind": "triage.models.DecisionKind",
        "FamilyTaskKind": "triage.models.TaskKind",
        "FamilyTaskState": "triage.models.TaskState",
        "SignatureAnswer": "consent.models.Answer",
        "Knowledge": "triage.models.Knowledge",
        "CallState": "triage.models.CallState",
    },
    "SECURITY": [{"bearer": []}, {"session": []}],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "description": "En nyckel från profilen."},
            "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "Inloggad webbläsare."},
        }
    },
}
