"""The settings: environment variables or `.env`. Nothing is read at import; `load_settings()` does it once."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from babel.core import get_global
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from db.address import parse
from locales import LOCALES
from services.kit.calendar import days_off

ENV_FILE = Path(".env")
DATA_FOLDER = Path("data")
MIN_GROUP_FLOOR = 5
PLACEHOLDER = re.compile(
    r"…|\.\.\.|^\W*$|<[^>]*>|\b(?:todo|tbd|fixme|xxx+|example|placeholder)\b|\+\s*[17][\s(-]*000"
    # what Russian administrators put there: "fill in", "sample"
    r"|\u0437\u0430\u043f\u043e\u043b\u043d\u0438\u0442\u0435|\u043f\u0440\u0438\u043c\u0435\u0440\b",
    re.IGNORECASE,
)
TOKEN_SHAPE = re.compile(r"^\d+:[A-Za-z0-9_-]+$")
GUESSED = "auto"  # the country: by the time zone
SECRET_SHAPE = re.compile(r"^[A-Za-z0-9_-]{1,256}$")  # what Telegram accepts as a webhook's secret
OPS_PORT = 9090


class SettingsError(Exception):
    """A setting is missing or wrong; the text is one line that names it."""


def _spoken(locale: str) -> str:
    if locale not in LOCALES:
        raise ValueError(f"should be one of {', '.join(LOCALES)}")
    return locale


class HelpContacts(BaseModel):
    """Who can be called for help, per language, and when someone last checked that they answer."""

    model_config = ConfigDict(extra="allow")  # a list for each language
    __pydantic_extra__: dict[str, list[str]] = Field(init=False)

    checked: date | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> HelpContacts:
        if any(PLACEHOLDER.search(contact) for locale in LOCALES for contact in self.in_(locale)):
            raise ValueError("still has a placeholder: write who can help and how to reach them, or leave it empty")
        return self

    @property
    def are_named(self) -> bool:
        """Whether readers of every language have someone to turn to."""
        return all(map(self.in_, LOCALES))

    def in_(self, locale: str) -> list[str]:
        """Return the contacts for readers of one language."""
        return self.__pydantic_extra__.get(locale, [])


class Settings(BaseSettings):
    """Every setting, with its default. Secrets are never printed."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8-sig", env_ignore_empty=True, extra="ignore"
    )

    bot_token: SecretStr | None = None
    bot_api_url: str | None = None
    bot_proxy: SecretStr | None = None
    database_url: SecretStr | None = None
    database_direct_url: SecretStr | None = None
    redis_url: SecretStr | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    web_host: str = "127.0.0.1"
    web_port: int = Field(8081, ge=1, le=65535)
    ops_host: str = "127.0.0.1"
    ops_port: int | None = Field(None, ge=0, le=65535)
    playground_port: int = Field(8080, ge=0, le=65535)

    admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    org_name: str | None = Field(None, min_length=1, max_length=100)
    default_locale: Annotated[str, AfterValidator(_spoken)] = "ru"
    default_timezone: str = "Europe/Moscow"
    holidays: str = GUESSED
    checkin_period_weeks: int = 8
    min_group: int = Field(7, ge=MIN_GROUP_FLOOR)
    hr_summary_day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    hr_summary_time: time = time(9)
    help_contacts: HelpContacts = HelpContacts()
    support_contact: str | None = Field(None, max_length=200)
    retention_days: int = Field(365, ge=1)
    answers_months: int = Field(24, ge=3, le=120)
    backup_days: int = Field(30, ge=0)

    sentry_dsn: SecretStr | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_json: bool = False
    log_file_dir: Path | None = None
    sql_echo: bool = False
    exhale_container: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Treat an empty variable as one that is not set, except where it says something: no HOLIDAYS at all."""
        assert isinstance(dotenv_settings, DotEnvSettingsSource)
        env = EnvSettingsSource(settings_cls, env_ignore_empty=False)
        dotenv = DotEnvSettingsSource(settings_cls, env_file=dotenv_settings.env_file, env_ignore_empty=False)
        return (
            init_settings,
            env_settings,
            _empty_holidays(settings_cls, env),
            dotenv_settings,
            _empty_holidays(settings_cls, dotenv),
            file_secret_settings,
        )

    @property
    def answers_kept(self) -> timedelta:
        """How old an answer may get before it is erased; a month is a twelfth of a year."""
        return timedelta(days=self.answers_months * 365 / 12)

    @field_validator("bot_token")
    @classmethod
    def _token_looks_right(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN_SHAPE.match(value.get_secret_value()):
            raise ValueError("this doesn't look like a token from @BotFather (digits, a colon, letters and digits)")
        return value

    @field_validator("database_url", "database_direct_url")
    @classmethod
    def _database_is_supported(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        return SecretStr(parse(value.get_secret_value()).render_as_string(hide_password=False))

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _ids_by_comma(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return [value] if isinstance(value, int) else value

    @field_validator("default_timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("not a time zone; use a name such as Europe/Moscow") from None
        return value

    @field_validator("holidays")
    @classmethod
    def _country_is_known(cls, value: str) -> str:
        if value not in (GUESSED, "") and not days_off.is_known(value):
            raise ValueError("no holidays are known for it; give a country such as RU, or DE-BY with a subdivision")
        return value

    @field_validator("checkin_period_weeks")
    @classmethod
    def _period_is_offered(cls, value: int) -> int:
        if value not in (4, 8, 12):
            raise ValueError("must be 4, 8 or 12")
        return value

    @field_validator("bot_proxy")
    @classmethod
    def _proxy_is_supported(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"^(http|socks4|socks5)://[^\s/]+", value.get_secret_value()):
            raise ValueError("must begin with http://, socks4:// or socks5://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_is_addressed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"^(rediss?|unix)://", value.get_secret_value()):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_is_accepted(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not SECRET_SHAPE.match(value.get_secret_value()):
            raise ValueError("must be 1 to 256 letters, digits, _ and -")
        return value

    @field_validator("bot_api_url", "webhook_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"^https?://[^\s/]+", value):
            raise ValueError("must begin with http:// or https://")
        return value

    @model_validator(mode="after")
    def _token_where_it_matters(self) -> Self:
        if self.bot_token is not None:
            return self
        if self.exhale_container:
            raise ValueError("BOT_TOKEN: missing; a container never starts the playground")
        for name in ("database_url", "webhook_url", "redis_url"):
            if getattr(self, name) is not None:
                raise ValueError(f"BOT_TOKEN: missing, and required when {name.upper()} is set; nothing was started")
        return self

    @model_validator(mode="after")
    def _webhook_is_guarded(self) -> Self:
        if self.webhook_url is None or self.bot_token is None:
            return self
        if self.webhook_secret is None:
            raise ValueError("WEBHOOK_SECRET: missing, and required when WEBHOOK_URL is set")
        if self.bot_token.get_secret_value() in self.webhook_url:
            raise ValueError("WEBHOOK_URL: must not contain the token, which would end up in the logs of proxies")
        return self

    @property
    def ops_on(self) -> int:
        """The port of health and metrics, 0 for none; as configured, else none in the playground."""
        if self.ops_port is not None:
            return self.ops_port
        return 0 if self.is_playground else OPS_PORT

    @property
    def country(self) -> str:
        """Whose public holidays are kept: as configured, else where the organisation's time zone is; "" for none."""
        if self.holidays != GUESSED:
            return self.holidays
        territory = str(get_global("zone_territories").get(self.default_timezone, ""))
        return territory if days_off.is_known(territory) else ""

    @property
    def is_playground(self) -> bool:
        """Without a token the bot talks to its own local Bot API server."""
        return self.bot_token is None

    @property
    def is_help_named(self) -> bool:
        """Whether people may be invited; the playground invents its contacts as it invents its people."""
        return self.is_playground or self.help_contacts.are_named

    @property
    def database(self) -> str:
        """The database's URL: as configured, or a file in `data/`."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        name = "playground.db" if self.is_playground else "exhale.db"
        return f"sqlite+aiosqlite:///{DATA_FOLDER / name}"

    @property
    def direct_database(self) -> str:
        """The URL for what needs a session of its own, locks and migrations: past a pooler where there is one."""
        return (self.database_direct_url or SecretStr(self.database)).get_secret_value()


def _empty_holidays(settings_cls: type[BaseSettings], source: EnvSettingsSource) -> InitSettingsSource:
    """HOLIDAYS where it is set to nothing, and no other variable."""
    return InitSettingsSource(settings_cls, {"holidays": ""} if source.env_vars.get("holidays") == "" else {})


def load_settings(**overrides: Any) -> Settings:
    """Read the settings. Raise SettingsError with one line that names the first wrong one."""
    try:
        if overrides.get("_env_file", ENV_FILE) is not None:
            _check_encoding(ENV_FILE)
        return Settings(**overrides)
    except SettingsError:
        raise
    except ValidationError as error:
        raise SettingsError(_first_line(error)) from None
    except Exception as error:
        # pydantic-settings wraps unparsable JSON; its text may quote the value, so only the setting is named
        raise SettingsError(f"{_setting_in(error)}: cannot be read") from None


def _check_encoding(file: Path) -> None:
    """Raise SettingsError when the file is not UTF-8, as an editor of Windows may leave it."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror}): let the user of the bot read it") from None
    kind = "UTF-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in content else None
    try:
        content.decode()
    except UnicodeDecodeError:
        kind = kind or "an 8-bit encoding such as Windows-1251"
    if kind is not None:
        raise SettingsError(f"{file}: saved as {kind}, so nothing in it can be relied on: save it as UTF-8")


def _first_line(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return message
    return f"{str(first['loc'][0]).upper()}: {message}"


def _setting_in(error: Exception) -> str:
    found = re.search(r'field "(\w+)"', str(error))
    return found.group(1).upper() if found else type(error).__name__
