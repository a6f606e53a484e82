"""How wet and how warm is Seattle, and how much of the warmth follows the sun?"""

from __future__ import annotations

import asyncio
import csv
from collections import defaultdict
from statistics import fmean

from iso import set_result
from tools import ToolError, stations, sun, units

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def correlation(xs: list[float], ys: list[float]) -> float:
    mx, my = fmean(xs), fmean(ys)
    covariance = sum((x - mx) * (y - my) for x, y in zip(xs, ys))
    spread = sum((x - mx) ** 2 for x in xs) * sum((y - my) ** 2 for y in ys)
    return float(covariance / spread**0.5)


def chart(rain: list[float], warmth: list[float]) -> str:
    """Bars for rain, a line for temperature; SVG needs no library."""
    width, height, step = 720, 300, 60
    top_rain, top_warmth = max(rain), max(warmth)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + 40}">']
    for i, inches in enumerate(rain):
        tall = inches / top_rain * (height - 20)
        parts.append(
            f'<rect x="{i * step + 10}" y="{height - tall:.1f}" width="40" height="{tall:.1f}"'
            f' fill="#7aa6c2"><title>{inches:.2f} in</title></rect>'
        )
        parts.append(
            f'<text x="{i * step + 30}" y="{height + 25}" text-anchor="middle"'
            f' font-family="sans-serif" font-size="16">{MONTHS[i]}</text>'
        )
    points = " ".join(
        f"{i * step + 30},{height - t / top_warmth * (height - 20):.1f}"
        for i, t in enumerate(warmth)
    )
    parts.append(f'<polyline points="{points}" fill="none" stroke="#c0392b" stroke-width="3"/>')
    return "\n".join([*parts, "</svg>", ""])


async def main() -> None:
    with open("seattle-weather.csv", newline="") as table:
        days = list(csv.DictReader(table))
    rain = [float(day["precipitation"]) for day in days]
    highs = [float(day["temp_max"]) for day in days]

    station = stations.lookup("Seattle")
    print(f"{len(days)} days at {station['name']}, {station['latitude']}° north")
    try:
        stations.lookup("Atlantis")
    except ToolError as error:
        print(f"asked in vain: {error.code}")

    # Three questions to the host at once.
    daylight, inches, fahrenheit = await asyncio.gather(
        sun.daylight.aio(station["latitude"], [day["date"] for day in days]),
        units.convert.aio(rain, "mm", "inch"),
        units.convert.aio(highs, "celsius", "fahrenheit"),
    )

    by_month: dict[int, list[int]] = defaultdict(list)
    for index, day in enumerate(days):
        by_month[int(day["date"][5:7])].append(index)
    years = len({day["date"][:4] for day in days})
    monthly_rain = [sum(inches[i] for i in by_month[m]) / years for m in range(1, 13)]
    monthly_high = [fmean(fahrenheit[i] for i in by_month[m]) for m in range(1, 13)]
    hottest = max(range(len(days)), key=lambda i: highs[i])

    with open("climate.svg", "w") as file:
        file.write(chart(monthly_rain, monthly_high))
    with open("monthly.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["month", "rain_inches", "high_fahrenheit"])
        for name, wet, warm in zip(MONTHS, monthly_rain, monthly_high):
            writer.writerow([name, f"{wet:.2f}", f"{warm:.1f}"])

    result = {
        "station": station["id"],
        "days": len(days),
        "rainy_days": sum(1 for amount in rain if amount > 0),
        "rain_inches_a_year": round(sum(inches) / years, 2),
        "wettest_month": MONTHS[monthly_rain.index(max(monthly_rain))],
        "hottest_day": days[hottest]["date"],
        "hottest_fahrenheit": round(fahrenheit[hottest], 1),
        "correlation_of_daylight_and_high": round(correlation(daylight, highs), 3),
    }
    set_result(result)
    print(
        f"{result['rain_inches_a_year']} inches of rain a year, most of it in {result['wettest_month']}"
    )
    print(f"hottest: {result['hottest_day']} with {result['hottest_fahrenheit']} °F")


asyncio.run(main())
