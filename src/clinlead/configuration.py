"""Every setting, typed, in one table. Each is an environment variable CLINLEAD_<NAME>."""

import secrets
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

KEY_BYTES = 32


class Configuration(BaseSettings):
    """What a hospital may set; with none set, everything lives in one data directory."""

    model_config = SettingsConfigDict(env_prefix="CLINLEAD_", extra="ignore")

    data_dir: Path = Field(
        default=Path("clinlead-data"), description="Where the database, activity and keys live."
    )
    database_url: str = Field(
        default="",
        validation_alias="DATABASE_URL",
        description="A PostgreSQL address, named DATABASE_URL; empty means SQLite.",
    )
    allowed_hosts: Annotated[list[str], NoDecode] = Field(
        default_factory=lambda: ["localhost", "127.0.0.1", "[::1]"],
        description="Host names this server answers to, separated by commas.",
    )
    demonstration: bool = Field(
        default=False,
        description="The invented trust: loopback only, simple passwords, no second factor.",
    )
    secure_cookies: bool = Field(
        default=True, description="Send cookies over HTTPS only; off in the demonstration."
    )
    timezone: str = Field(default="Europe/London", description="The trust's time zone.")
    nation: str = Field(
        default="ENG", description="UK nation for bank holidays: ENG, SCT, WLS or NIR."
    )
    trust_name: str = Field(default="", description="The trust's name, shown on every page.")
    logo: str = Field(
        default="",
        description="A static file shown before the trust's name; none by default.",
    )
    background_work: bool = Field(
        default=True,
        description="Run the calendar and other background work beside `clinlead serve`; off "
        "where `clinlead worker`, or `clinlead tick` once a day, does it.",
    )
    memory_limit: str = Field(default="2GB", description="Memory the engine may use per process.")
    threads: int = Field(default=2, description="Threads the engine may use per process.")
    session_minutes: int = Field(default=30, description="Minutes of idleness that end a session.")
    session_hours: int = Field(default=12, description="Hours after which any session ends.")
    second_factor: bool = Field(
        default=True,
        description="Ask whoever sees named results for a second factor. Turn it off only where "
        "single sign-on already asks for one.",
    )
    trusted_proxies: int = Field(
        default=0,
        description="Proxies in front of this server whose word on the visitor's address counts.",
    )
    metrics_token: str = Field(
        default="",
        description="Bearer token for /metrics; without it, only this machine may read them.",
    )
    address: str = Field(
        default="",
        description="Where people open Clinlead, such as https://clinlead.example.nhs.uk: e-mails "
        "link to it. Empty: they say to sign in.",
    )
    email: str = Field(
        default="none",
        pattern="^(none|file|smtp)$",
        description="How e-mail goes out: none, file (into `sent-mail` of the data directory, to "
        "try it) or smtp.",
    )
    email_host: str = Field(default="localhost", description="The mail server, for smtp.")
    email_port: int = Field(default=25, description="Its port.")
    email_user: str = Field(default="", description="The account at the mail server, if it asks.")
    email_password: str = Field(default="", description="That account's password.")
    email_tls: bool = Field(default=True, description="Speak to the mail server over TLS.")
    email_from: str = Field(
        default="clinlead@localhost", description="The sender's address of every e-mail."
    )
    challenge_days: int = Field(
        default=14, description="Days in which a challenge must be settled."
    )
    validation_days: int = Field(default=21, description="Days a validation window stays open.")

    reminder_days: int = Field(
        default=7,
        ge=0,
        description="Days before an owner's last day on which they are reminded; 0 for never.",
    )
    release_months: int = Field(
        default=3, ge=1, le=12, description="Months in one release, counted from January."
    )
    release_due_days: int = Field(
        default=28, ge=0, description="Days after the last month by which a release is due."
    )
    meeting_days: int = Field(
        default=14,
        ge=1,
        description="Days after a release on which the calendar plans the governance meeting.",
    )
    release_lowest_grade: str = Field(
        default="C",
        pattern="^[A-D]$",
        description="The lowest quality grade of a load, A to D, that a release may rest on.",
    )
    release_totals_tolerance: float = Field(
        default=1.0,
        ge=0,
        le=100,
        description="Percent by which a control total may differ from ours without a reason.",
    )
    reliability_threshold: float = Field(
        default=0.7,
        gt=0,
        lt=1,
        description="The reliability below which one person's figure is not drawn beside "
        "colleagues'.",
    )
    safety_run_length: float = Field(
        default=20_000,
        ge=100,
        description="Cases between false signals of a safety measure's chart, on average.",
    )
    safety_acknowledge_days: int = Field(
        default=7,
        ge=0,
        description="Days to acknowledge a safety signal, after which the medical director is "
        "told.",
    )
    disclosure_rule: str = Field(
        default="under-five",
        pattern="^(under-five|under-ten|hospital-episodes)$",
        description="Which counts are too small to show to those outside the departments: "
        "under-five, under-ten or hospital-episodes.",
    )

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def split_at_commas(cls, given: object) -> object:
        return [host.strip() for host in given.split(",")] if isinstance(given, str) else given

    def key(self, name: str) -> str:
        """A secret of this installation, made on first use and kept in the data directory."""
        folder = self.data_dir / "keys"
        path = folder / name
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(KEY_BYTES))
        return path.read_text().strip()


@cache
def configuration() -> Configuration:
    """The settings of this process, read once."""
    return Configuration()
