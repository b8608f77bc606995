//! `RsaKey`: the private key of a server, as far as it must be known before it is used.

use super::Certificate;
use rustls::pki_types::pem::{PemObject, SectionKind};
use x509_parser::der_parser::asn1_rs::{FromDer, Integer, OctetString, Oid, Sequence};

/// Why a key cannot serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadKey {
    /// Not a key at all.
    Unreadable,
    /// By the object identifier of its algorithm.
    Algorithm(String),
    /// Bits.
    Length(usize),
    MultiPrime,
}

/// An RSA key, as far as it must be known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    modulus: Vec<u8>,
}

const RSA: &str = "1.2.840.113549.1.1.1";

impl RsaKey {
    /// An unencrypted RSA key of 2048 to 4096 bits, in either of its two spellings.
    pub fn from_pem(pem: &str) -> Result<RsaKey, BadKey> {
        let (kind, der) =
            <(SectionKind, Vec<u8>)>::from_pem_slice(pem.as_bytes()).map_err(|_| BadKey::Unreadable)?;
        let der = match kind {
            SectionKind::RsaPrivateKey => der,
            SectionKind::PrivateKey => unwrap(&der)?,
            SectionKind::EcPrivateKey => return Err(BadKey::Algorithm("1.2.840.10045.2.1".into())),
            _ => return Err(BadKey::Unreadable),
        };
        let unreadable = |_| BadKey::Unreadable;
        let (_, key) = Sequence::from_der(&der).map_err(unreadable)?;
        let (rest, version) = Integer::from_der(key.content.as_ref()).map_err(|_| BadKey::Unreadable)?;
        if version.as_u32() == Ok(1) {
            return Err(BadKey::MultiPrime);
        }
        let (_, modulus) = Integer::from_der(rest).map_err(|_| BadKey::Unreadable)?;
        let modulus = without_zeros(modulus.as_ref());
        let bits = modulus.len() * 8 - modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
        if !(2048..=4096).contains(&bits) {
            return Err(BadKey::Length(bits));
        }
        Ok(RsaKey { modulus })
    }

    pub fn belongs_to(&self, certificate: &Certificate) -> bool {
        let public = Sequence::from_der(&certificate.public_key).ok().and_then(|(_, key)| {
            Integer::from_der(key.content.as_ref()).ok().map(|(_, n)| without_zeros(n.as_ref()))
        });
        public.is_some_and(|modulus| modulus == self.modulus)
    }
}

/// The key inside of PKCS #8.
fn unwrap(der: &[u8]) -> Result<Vec<u8>, BadKey> {
    let (_, outer) = Sequence::from_der(der).map_err(|_| BadKey::Unreadable)?;
    let (rest, _) = Integer::from_der(outer.content.as_ref()).map_err(|_| BadKey::Unreadable)?;
    let (rest, algorithm) = Sequence::from_der(rest).map_err(|_| BadKey::Unreadable)?;
    let (_, oid) = Oid::from_der(algorithm.content.as_ref()).map_err(|_| BadKey::Unreadable)?;
    let oid = oid.to_id_string();
    if oid != RSA {
        return Err(BadKey::Algorithm(oid));
    }
    let (_, inner) = OctetString::from_der(rest).map_err(|_| BadKey::Unreadable)?;
    Ok(inner.as_ref().to_vec())
}

fn without_zeros(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::self_signed;
    use std::time::UNIX_EPOCH;

    #[test]
    fn keys_of_other_sorts_are_refused() {
        let elliptic = self_signed("host1", &[], UNIX_EPOCH, None).unwrap();
        assert_eq!(RsaKey::from_pem(&elliptic), Err(BadKey::Algorithm("1.2.840.10045.2.1".into())));
        assert_eq!(RsaKey::from_pem("no key"), Err(BadKey::Unreadable));
        assert_eq!(
            RsaKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            Err(BadKey::Unreadable)
        );
    }
}
