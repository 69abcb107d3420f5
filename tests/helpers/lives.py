"""A laptop's new incarnations: what the former key says of the new one."""

from __future__ import annotations

from dataclasses import replace

from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.ids import new_id
from angrilien.wire.vouch import SignedVouch, Vouch
from helpers.laptops import Laptop


def fresh_of(laptop: Laptop, *, dev: str = "") -> Laptop:
    """The same laptop under a new incarnation, with a new key."""
    return replace(
        laptop, dev=dev or laptop.dev, inc=new_id(), signer=Signer.generate(), changes=[]
    )


def vouched(
    former: Laptop, fresh: Laptop, *, by: Signer | None = None, common: int = 0
) -> SignedVouch:
    """What the former key signs of the new one, unless another one does."""
    vouch = Vouch(
        aud=former.aud,
        dev=fresh.dev,
        inc=fresh.inc,
        key=fresh.signer.public,
        former=former.inc,
        common=common,
        made=former.now,
    )
    said = vouch.canonical()
    return SignedVouch(
        vouch=vouch,
        signature=(by or former.signer).sign(dsse.VOUCH, said),
        proof=fresh.signer.sign(dsse.VOUCH, said),
    )
