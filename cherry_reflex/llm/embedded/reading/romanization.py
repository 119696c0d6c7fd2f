"""Korean words in Latin letters, as names are written: `광화문` -> `gwanghwamun`."""

_FIRST = 0xAC00
_LAST = 0xD7A3
_VOWELS = 21
_FINALS = 28


def _sounds(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(","))


_INITIAL = _sounds("g,kk,n,d,tt,r,m,b,pp,s,ss,,j,jj,ch,k,t,p,h")
_MIDDLE = _sounds("a,ae,ya,yae,eo,e,yeo,ye,o,wa,wae,oe,yo,u,wo,we,wi,yu,eu,ui,i")
_FINAL = _sounds(",k,k,k,n,n,n,t,l,k,m,l,l,l,p,l,m,p,p,t,t,ng,t,t,k,t,p,t")


def romanized(word: str) -> str:
    """Return a word with its Korean syllables in Latin letters, each by itself; other letters stay.
    Sounds that change where syllables meet are left to the search for like spellings."""
    return "".join(_latin(letter) for letter in word)


def _latin(letter: str) -> str:
    number = ord(letter)
    if not _FIRST <= number <= _LAST:
        return letter
    number -= _FIRST
    return (
        _INITIAL[number // (_VOWELS * _FINALS)]
        + _MIDDLE[number // _FINALS % _VOWELS]
        + _FINAL[number % _FINALS]
    )
