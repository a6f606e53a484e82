"""A program such as a model writes: a price list in other currencies. It has no network; its tool has."""

from decimal import Decimal

from iso import set_result
from tools import ToolError, exchange

prices = {"lamp": Decimal("49.90"), "desk": Decimal("310.00")}
quotes = exchange.rates.latest("EUR", ["USD", "CHF"])
for quote in quotes:
    for name, price in prices.items():
        print(f"{name}: {price * quote['rate']:.2f} {quote['currency']}")
try:
    exchange.rates.latest("EUR", ["XXX"])
except ToolError as error:
    print("asked in vain:", error.code)
set_result({quote["currency"]: str(quote["rate"]) for quote in quotes})
