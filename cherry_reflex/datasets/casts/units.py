"""Units as they are written beside numbers."""

import re

_MONEY_WORDS = """
US$ A$ C$ HK$ NT$ R$ S$ $ ＄ € £ ￡ ¥ ￥ ₩ ￦ ₹ ₽ ₺ ฿ ₫ ₴ ₱ ₦ ₪ USD EUR KRW JPY GBP
CNY RMB CHF AUD CAD NZD HKD SGD TWD INR BRL MXN SEK NOK DKK PLN CZK HUF RUB TRY
THB VND ZAR Rs. Rs kr. kr zł Kč Ft 원 천원 만원 십만원 백만원 천만원 억원 십억원 조원 달러 천달러
백만달러 유로 엔 위안 円 千円 百万円 元 万元
"""
_MEASURE_WORDS = """
% ％ ‰ %p ppm ppb kg g mg t km m cm mm ha ㎡ ㎢ m² km² m³ ㎥ L l mL ml kWh MWh GWh
kW MW W Hz kHz MHz GHz °C ℃ °F ℉ ° hPa kPa Pa bar dB KB MB GB TB km/h m/s ㎍/㎥ ㎎
㎏ ㎞ ㎝ ㎜ ℓ kcal lb lbs oz mi ft pcs hrs min sec ms
명 천명 만명 개 건 점 회 권 톤 세대 가구 시간 분 초
킬로미터 퍼센트 人 件 個
"""
_MONEY = _MONEY_WORDS.split()
_MEASURES = _MEASURE_WORDS.split()
_HEADING = re.compile(
    r"[(\[（]\s*(?:단위\s*[:：]?\s*|unit\s*[:：]?\s*|in\s+)?([^()\[\]（）]{1,12}?)\s*[)\]）]\s*$"
)


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


CURRENCIES = _alternatives(_MONEY)
"""A pattern of those that may stand before a number."""
UNITS = _alternatives([*_MONEY, *_MEASURES])
"""A pattern of those that may stand after a number."""
_KNOWN = {*_MONEY, *_MEASURES}


def is_currency(unit: str) -> bool:
    """Return whether a unit is one of money."""
    return unit in _MONEY


def unit_of_heading(heading: str) -> str:
    """Return the unit in brackets at the end of a column's name, or nothing: `판매액(원)`."""
    found = _HEADING.search(heading)
    return found[1] if found and found[1] in _KNOWN else ""
