"""Signatures by the provider's key: Ed25519 (RFC 8032), ECDSA with SHA-256 (FIPS 186-5), RSA-PSS (RFC 8017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark import store
from landmark.contents import content_of
from landmark.errors import CaseError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_KEYS = "an Ed25519, ECDSA or RSA key in PEM, without a password"
_LEAST = {"RSA": 2048, "ECDSA": 256}
"""The least size of a key, in bits: security of 112 bits and more (NIST SP 800-57, part 1)."""


def signer(path: Path) -> Callable[[bytes], bytes]:
    """Give what signs with a private key.

    Raises:
        CaseError: it is no key of these kinds, or has a password.
        MachineError: it cannot be read.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - start-up time
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa  # noqa: PLC0415

    try:
        key = serialization.load_pem_private_key(content_of(path), password=None)
    except FileNotFoundError:
        raise CaseError(Problem(_KEYS, file=str(path), found="no file")) from None
    except OSError as error:
        raise store.refused(path, error) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CaseError(Problem(_KEYS, file=str(path), found="something else")) from error
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign
    if isinstance(key, ec.EllipticCurvePrivateKey):
        _long_enough(path, "ECDSA", key.key_size)
        return lambda content: key.sign(content, ec.ECDSA(hashes.SHA256()))
    if isinstance(key, rsa.RSAPrivateKey):
        _long_enough(path, "RSA", key.key_size)
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        return lambda content: key.sign(content, pss, hashes.SHA256())
    raise CaseError(Problem(_KEYS, file=str(path), found="a key of another kind"))


def _long_enough(path: Path, kind: str, bits: int) -> None:
    if bits < _LEAST[kind]:
        raise CaseError(Problem(f"{kind} of {_LEAST[kind]} bits or more", file=str(path), found=f"{bits} bits"))


def checker(path: Path) -> Callable[[bytes, bytes], bool]:
    """Give what tells whether a signature over bytes is by the owner of a public key.

    Raises:
        CaseError: it is no key of these kinds.
        MachineError: it cannot be read.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa  # noqa: PLC0415

    try:
        key = serialization.load_pem_public_key(content_of(path))
    except OSError as error:
        raise store.refused(path, error) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CaseError(Problem("a public key in PEM", file=str(path), found="something else")) from error

    if isinstance(key, ec.EllipticCurvePublicKey):
        _long_enough(path, "ECDSA", key.key_size)
    elif isinstance(key, rsa.RSAPublicKey):
        _long_enough(path, "RSA", key.key_size)
    elif not isinstance(key, ed25519.Ed25519PublicKey):
        raise CaseError(Problem(_KEYS, file=str(path), found="a key of another kind"))

    def check(signature: bytes, content: bytes) -> bool:
        try:
            if isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(signature, content)
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
            else:
                pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
                key.verify(signature, content, pss, hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    return check
