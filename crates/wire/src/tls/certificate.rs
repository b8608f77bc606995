//! What a certificate and its key say: read, compared, refused.

use super::{fingerprint_text, sha256};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{PemObject, SectionKind};
use x509_parser::der_parser::asn1_rs::{FromDer, Integer, OctetString, Oid, Sequence};
use x509_parser::prelude::{ParsedExtension, X509Certificate};

/// What is kept of a certificate beside its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub not_before: i64,
    pub not_after: i64,
    pub sha256: String,
    pub sha1: String,
    /// Object identifier of the algorithm that it is signed with.
    pub signed_with: String,
    pub is_authority: bool,
    /// The public key, as the certificate spells it.
    key: Vec<u8>,
}

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

/// Of the first certificate in a PEM text; `None` if there is none, or it cannot be read.
pub fn facts_of_pem(pem: &str) -> Option<Facts> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    facts(&der)
}

pub fn facts(der: &[u8]) -> Option<Facts> {
    let (rest, certificate) = X509Certificate::from_der(der).ok()?;
    if !rest.is_empty() {
        return None;
    }
    let authority = certificate.extensions().iter().any(|extension| {
        matches!(extension.parsed_extension(), ParsedExtension::BasicConstraints(basic) if basic.ca)
    });
    Some(Facts {
        not_before: certificate.validity().not_before.timestamp(),
        not_after: certificate.validity().not_after.timestamp(),
        sha256: fingerprint_text(&sha256(der)),
        sha1: fingerprint_text(ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, der).as_ref()),
        signed_with: certificate.signature_algorithm.algorithm.to_id_string(),
        is_authority: authority,
        key: certificate.public_key().subject_public_key.data.to_vec(),
    })
}

/// Whether every certificate of a chain can be read, and there is one.
pub fn is_chain(pem: &str) -> bool {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    chain.is_ok_and(|chain| !chain.is_empty() && chain.iter().all(|der| facts(der).is_some()))
}

/// The first certificate of a text, as PEM without what surrounds it.
pub fn first_pem(text: &str) -> Option<&str> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let start = text.find(BEGIN)?;
    let length = text[start..].find(END)? + END.len();
    Some(&text[start..start + length])
}

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

    pub fn belongs_to(&self, certificate: &Facts) -> bool {
        let public = Sequence::from_der(&certificate.key).ok().and_then(|(_, key)| {
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
    use std::time::{Duration, UNIX_EPOCH};

    const NOW: i64 = 1_800_000_000;

    #[test]
    fn a_certificate_says_how_long_it_counts() {
        let pem = self_signed("host1", &[], UNIX_EPOCH + Duration::from_secs(NOW as u64), None).unwrap();
        let facts = facts_of_pem(&pem).unwrap();
        assert_eq!((facts.not_before, facts.not_after), (NOW - 86_400, NOW + 3650 * 86_400));
        assert_eq!((facts.sha256.len(), facts.sha1.len()), (95, 59));
        assert!(first_pem(&pem).unwrap().starts_with("-----BEGIN CERTIFICATE"));
        assert!(
            is_chain(&pem)
                && !is_chain("")
                && !is_chain("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        );
    }

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
