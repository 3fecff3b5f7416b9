"""The closed vocabularies of the law's data. A word that is not here is refused at load."""

from enum import StrEnum


class SystemClass(StrEnum):
    """What an obligation attaches to: a class of AI system, of model or of processing."""

    ALL = "all-ai-systems"
    PROHIBITED = "prohibited"
    ANNEX_III = "high-risk-annex-iii"
    ANNEX_III_DEROGATED = "annex-iii-derogated"
    ANNEX_I = "high-risk-annex-i"
    TRANSPARENCY = "transparency"
    GPAI = "gpai"
    GPAI_SYSTEMIC = "gpai-systemic"
    PERSONAL_DATA = "personal-data-processing"
    HEALTH_INFORMATION = "protected-health-information"


class Role(StrEnum):
    """Who owes an obligation. One organisation may hold several roles for one system."""

    AUTHORISED_REPRESENTATIVE = "authorised-representative"
    BUSINESS_ASSOCIATE = "business-associate"
    CONTROLLER = "controller"
    COVERED_ENTITY = "covered-entity"
    CREDIT_AND_INSURANCE_DEPLOYER = "credit-and-insurance-deployer"
    DEPLOYER = "deployer"
    DISTRIBUTOR = "distributor"
    EMPLOYER = "employer"
    GPAI_PROVIDER = "gpai-provider"
    IMPORTER = "importer"
    JOINT_CONTROLLER = "joint-controller"
    LAW_ENFORCEMENT_DEPLOYER = "law-enforcement-deployer"
    MARKET_SURVEILLANCE_AUTHORITY = "market-surveillance-authority"
    OPERATOR = "operator"
    ORGANISATION = "organisation"
    PRIVATE_PUBLIC_SERVICE_DEPLOYER = "private-public-service-deployer"
    PROCESSOR = "processor"
    PROVIDER = "provider"
    PUBLIC_AUTHORITY_DEPLOYER = "public-authority-deployer"
    PUBLIC_BODY_DEPLOYER = "public-body-deployer"
    THIRD_PARTY = "third-party"


class Trait(StrEnum):
    """A property of a system without which some obligations do not attach to it."""

    AI_OFFICE_COMPETENCE = "ai-office"
    AUTOMATED_DECISION = "automated-decision"
    AUTOMATED_EVALUATION = "automated-evaluation"
    BEYOND_POINT_1 = "annex-iii-beyond-point-1"
    BEYOND_POINT_2 = "annex-iii-beyond-point-2"
    CRITICAL_INFRASTRUCTURE = "critical-infrastructure"
    DEEP_FAKE = "deep-fake"
    EMOTION_OR_CATEGORISATION = "emotion-or-biometric-categorisation"
    FINANCIAL_INSTITUTION = "financial-institution"
    GENERATES_CONTENT = "generates-content"
    GENERATES_CONTENT_OLDER = "generates-content-older"
    IMPACT_ASSESSMENT = "impact-assessment"
    INTERACTS = "interacts-with-people"
    LEGACY = "legacy"
    LEGACY_PUBLIC_AUTHORITY = "legacy-public-authority"
    MODEL_OLDER = "model-older"
    POINT_1 = "annex-iii-point-1"
    PUBLIC_INTEREST_TEXT = "public-interest-text"
    REMOTE_BIOMETRIC_IDENTIFICATION = "remote-biometric-identification"
    RESTRICTED_REGISTRATION = "restricted-registration"
    SIGNIFICANT_EFFECT = "significant-effect"
    SMALLER_ENTERPRISE = "smaller-enterprise"
    SPECIAL_CATEGORIES = "special-categories"
    TRANSFERS = "transfers"


class Scope(StrEnum):
    """What an application date is for. `all` holds for every scope without a date of its own."""

    ALL = "all"
    ANNEX_III = "annex-iii"
    ANNEX_I = "annex-i"
    CONTENT_SYSTEMS_NEW = "content-systems-new"
    CONTENT_SYSTEMS_OLDER = "content-systems-older"
    MODELS_NEW = "models-new"
    MODELS_OLDER = "models-older"
    LEGACY = "legacy"
    LEGACY_PUBLIC_AUTHORITY = "legacy-public-authority"


class Reading(StrEnum):
    """Two ways to read a date: by the letter, or by when the rule can first bite."""

    LITERAL = "literal"
    PRACTICAL = "practical"


class Confidence(StrEnum):
    """How a date or a summary was checked before it was entered."""

    TEXT = "text read"
    SECONDARY = "secondary"
    MEMORY = "memory"
    DISPUTED = "disputed"


class Force(StrEnum):
    """Whether an instrument binds by law or is followed by choice."""

    BINDING = "binding"
    VOLUNTARY = "voluntary"
