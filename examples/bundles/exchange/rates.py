"""Exchange rates of a service that wants a token: what generated code must not have, and need not know of."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from decimal import Decimal


class RatesError(Exception):
    """A failure that the program may know of, by its code."""

    def __init__(self, code: str, message: str, retryable: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.retryable = retryable


@dataclass
class Quote:
    currency: str
    rate: Decimal


def latest(base: str, currencies: list[str]) -> list[Quote]:
    """Today's exchange rates: how much of each currency one unit of `base` buys.

    Currencies are ISO 4217 codes such as EUR. Fails with NO_SUCH_CURRENCY.
    """
    query = urllib.parse.urlencode({"base": base, "currencies": ",".join(currencies)})
    rates = _get(f"latest?{query}")
    return [Quote(currency, rates[currency]) for currency in currencies]


def _get(path: str) -> dict[str, Decimal]:
    request = urllib.request.Request(
        f"{os.environ['RATES_URL']}/{path}",
        headers={"Authorization": f"Bearer {os.environ['RATES_TOKEN']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            found: dict[str, Decimal] = json.load(response, parse_float=Decimal)
            return found
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise RatesError("NO_SUCH_CURRENCY", "The service has no such currency.") from error
        raise RatesError("RATES_FAILED", f"The service answered {error.code}.", True) from error
    except urllib.error.URLError as error:
        raise RatesError("RATES_UNREACHABLE", "The service can't be reached.", True) from error
