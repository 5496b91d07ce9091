"""Ways from the site to live tools: Superset where it is configured, and whatever ONBOARDING_LINKS names.

Belongs here: their addresses. Does not belong here: passwords, which stay in the environment.
"""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from orchestration.common.errors import UserError


def links_of(superset: str, listed: str) -> dict[str, str]:
    """Name → address; `{account_id}` and `{account_name}` in it make it a link of each account.

    `superset` is an address with user and password; `listed` (ONBOARDING_LINKS) holds
    `CRM=https://crm.example/{account_id}; Wiki=https://…`. Raises UserError for anything else.
    """
    links = {}
    if superset:
        parts = urlsplit(superset)
        host = parts.netloc.rpartition("@")[2]
        links["Superset"] = f"{parts.scheme}://{host}{parts.path.rstrip('/')}/dashboard/list/"
    for entry in filter(None, (text.strip() for text in listed.split(";"))):
        name, _, address = entry.partition("=")
        if not name.strip() or urlsplit(address.strip()).scheme not in ("http", "https"):
            raise UserError(f"ONBOARDING_LINKS: '{entry}': expected Name=https://…, several with ; between them")
        links[name.strip()] = address.strip()
    return links


def general(links: Mapping[str, str]) -> dict[str, str]:
    """Links that are about no account."""
    return {name: address for name, address in links.items() if not _is_of_account(address)}


def of_account(links: Mapping[str, str], account_id: str, account_name: str) -> dict[str, str]:
    """Links that lead to one account."""
    return {
        name: address.replace("{account_id}", quote(account_id, safe="")).replace(
            "{account_name}", quote(account_name, safe="")
        )
        for name, address in links.items()
        if _is_of_account(address)
    }


def _is_of_account(address: str) -> bool:
    return "{account_id}" in address or "{account_name}" in address
