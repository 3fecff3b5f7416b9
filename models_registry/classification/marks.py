"""What a classification can say of a system: its risk classes, and flags that add to any class."""

from enum import StrEnum


class RiskClass(StrEnum):
    """Risk classes of Regulation (EU) 2024/1689, the mildest first. A system can have several."""

    N0 = "N0"
    N1 = "N1"
    M = "M"
    N6 = "N6"
    H1B = "H1B"
    H1 = "H1"
    H3 = "H3"
    X = "X"

    @property
    def label(self) -> str:
        return _CLASS_LABELS[self]

    @property
    def severity(self) -> int:
        """Our own order of strictness, 0 to 7. H3 is above H1: it applies sooner and asks more."""
        return list(RiskClass).index(self)


class Flag(StrEnum):
    """A finding beside the risk class. Values are what is stored and shown."""

    SECTOR_LAW_UNCERTAIN = "H1B-uncertain"
    ANNEX_III_USE = "annex-iii-use"
    POINT_1 = "point-1"
    POINT_2 = "point-2"
    BEYOND_POINT_1 = "beyond-point-1"
    BEYOND_POINT_2 = "beyond-point-2"
    REMOTE_IDENTIFICATION = "RBI"
    RESTRICTED_REGISTRATION = "restricted-registration"
    INTERACTS = "T1"
    GENERATES = "T2"
    GENERATES_OLDER = "T2-older"
    EMOTION_OR_CATEGORISATION = "T3"
    DEEP_FAKE = "T4"
    PUBLIC_TEXT = "T5"
    PUBLIC_TEXT_EXEMPT = "T5-exempt"
    GENERAL_PURPOSE = "G1"
    SYSTEMIC_RISK = "G2"
    MODEL_OLDER = "G-older"
    AI_OFFICE = "AI-Office"
    LEGACY = "L"
    LEGACY_PUBLIC_AUTHORITY = "L-public"
    IMPACT_ASSESSMENT_OWED = "FRIA"
    PERSONAL_DATA = "personal-data"
    SIGNIFICANT_EFFECT = "significant-effect"
    AUTOMATED_DECISION = "Article-22"
    AUTOMATED_DECISION_WITHOUT_GROUND = "Article-22-no-ground"
    SPECIAL_CATEGORIES = "special-categories"
    DATA_PROTECTION_ASSESSMENT = "DPIA"
    AUTOMATED_EVALUATION = "DPIA-evaluation"
    TRANSFERS = "transfers"
    MINORS = "minors"
    EMPLOYER = "employer"
    EMPLOYER_NOTICE = "employer-notice"
    US_HEALTH = "US-health"
    FINANCIAL_INSTITUTION = "financial"
    SMALLER_ENTERPRISE = "smaller-enterprise"

    @property
    def label(self) -> str:
        return _FLAG_LABELS[self]


Mark = RiskClass | Flag


def mark(text: str) -> Mark:
    """The risk class or flag of that value. Raises ValueError if there is none."""
    return RiskClass(text) if text in set(RiskClass) else Flag(text)


_CLASS_LABELS = {
    RiskClass.N0: "Not an AI system",
    RiskClass.N1: "Outside the scope of the AI Act",
    RiskClass.M: "Minimal risk",
    RiskClass.N6: "Listed in Annex III, not high-risk by derogation",
    RiskClass.H1B: "High-risk product under sector law (Annex I, Section B)",
    RiskClass.H1: "High-risk (Annex I)",
    RiskClass.H3: "High-risk (Annex III)",
    RiskClass.X: "Prohibited practice",
}

_FLAG_LABELS = {
    Flag.SECTOR_LAW_UNCERTAIN: "In doubt whether sector law alone governs",
    Flag.ANNEX_III_USE: "A use listed in Annex III",
    Flag.POINT_1: "Annex III, point 1 (biometrics)",
    Flag.POINT_2: "Annex III, point 2 (critical infrastructure)",
    Flag.BEYOND_POINT_1: "Annex III, a point other than 1",
    Flag.BEYOND_POINT_2: "Annex III, a point other than 2",
    Flag.REMOTE_IDENTIFICATION: "Remote biometric identification: two people verify, minimum log",
    Flag.RESTRICTED_REGISTRATION: "Registered in the section that is not public",
    Flag.INTERACTS: "Interacts with people",
    Flag.GENERATES: "Generates content",
    Flag.GENERATES_OLDER: "Period of grace for marking content",
    Flag.EMOTION_OR_CATEGORISATION: "Emotion recognition or biometric categorisation",
    Flag.DEEP_FAKE: "Deep fakes",
    Flag.PUBLIC_TEXT: "Text on matters of public interest",
    Flag.PUBLIC_TEXT_EXEMPT: "Text on public matters under editorial responsibility",
    Flag.GENERAL_PURPOSE: "Provider of a general-purpose AI model",
    Flag.SYSTEMIC_RISK: "Model with systemic risk",
    Flag.MODEL_OLDER: "Model placed on the market before 2 August 2025",
    Flag.AI_OFFICE: "AI Office is the competent authority",
    Flag.LEGACY: "Legacy system",
    Flag.LEGACY_PUBLIC_AUTHORITY: "Legacy system for public authorities",
    Flag.IMPACT_ASSESSMENT_OWED: "Fundamental rights impact assessment owed",
    Flag.PERSONAL_DATA: "Personal data",
    Flag.SIGNIFICANT_EFFECT: "Significant effect on persons",
    Flag.AUTOMATED_DECISION: "Automated individual decisions (GDPR Article 22)",
    Flag.AUTOMATED_DECISION_WITHOUT_GROUND: "Automated decisions without a permitted ground",
    Flag.SPECIAL_CATEGORIES: "Special categories of personal data",
    Flag.DATA_PROTECTION_ASSESSMENT: "Data protection impact assessment owed",
    Flag.AUTOMATED_EVALUATION: "Systematic automated evaluation (GDPR Article 35(3)(a))",
    Flag.TRANSFERS: "Transfers to third countries",
    Flag.MINORS: "Minors affected",
    Flag.EMPLOYER: "Use at a workplace",
    Flag.EMPLOYER_NOTICE: "Workers must be informed before first use",
    Flag.US_HEALTH: "Protected health information (HIPAA)",
    Flag.FINANCIAL_INSTITUTION: "Financial institution",
    Flag.SMALLER_ENTERPRISE: "Smaller enterprise",
}
