//! `Certificate`: what a certificate in PEM says, as far as somebody who trusts it wants to know.

use super::{fingerprint_text, sha256};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};
use x509_parser::revocation_list::CertificateRevocationList;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub der: Vec<u8>,
    /// Seconds since 1970.
    pub not_before: i64,
    pub not_after: i64,
    /// `AB:CD:...`
    pub sha256: String,
    pub sha1: String,
    /// Object identifier of the algorithm that it is signed with.
    pub signed_with: String,
    /// Its public key, in the spelling of that key's sort.
    pub public_key: Vec<u8>,
    /// The names of who has it: those of the network, then the common one.
    pub names: Vec<String>,
}

impl Certificate {
    /// The first certificate of a PEM text; `None` if there is none that can be read.
    pub fn from_pem(text: &str) -> Option<Certificate> {
        let der = CertificateDer::pem_slice_iter(text.as_bytes()).next()?.ok()?;
        Certificate::from_der(&der)
    }

    pub fn from_der(der: &[u8]) -> Option<Certificate> {
        let (rest, parsed) = X509Certificate::from_der(der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        let validity = parsed.validity();
        let sha1 = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, der);
        Some(Certificate {
            not_before: validity.not_before.timestamp(),
            not_after: validity.not_after.timestamp(),
            sha256: fingerprint_text(&sha256(der)),
            sha1: fingerprint_text(sha1.as_ref()),
            signed_with: parsed.signature_algorithm.algorithm.to_id_string(),
            public_key: parsed.public_key().subject_public_key.data.to_vec(),
            names: names(&parsed),
            der: der.to_vec(),
        })
    }
}

fn names(certificate: &X509Certificate) -> Vec<String> {
    let others = certificate.subject_alternative_name().ok().flatten();
    let of_network =
        others.iter().flat_map(|found| &found.value.general_names).filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(*name),
            _ => None,
        });
    let common = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok());
    of_network.chain(common).map(str::to_string).collect()
}

/// Whether every certificate of a chain can be read, and there is one.
pub fn is_chain(pem: &str) -> bool {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let fine = |der: &CertificateDer| X509Certificate::from_der(der).is_ok_and(|(rest, _)| rest.is_empty());
    chain.is_ok_and(|chain| !chain.is_empty() && chain.iter().all(fine))
}

/// The first certificate of a text, as PEM without what surrounds it.
pub fn first_pem(text: &str) -> Option<&str> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let start = text.find(BEGIN)?;
    let length = text[start..].find(END)? + END.len();
    Some(&text[start..start + length])
}

/// Whether a PEM text holds a list of revoked certificates.
pub fn is_revocation_list(text: &str) -> bool {
    let list = CertificateRevocationListDer::pem_slice_iter(text.as_bytes()).next();
    list.and_then(Result::ok).is_some_and(|der| CertificateRevocationList::from_der(&der).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::self_signed;
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_certificate_tells_its_days_and_its_fingerprints() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let pem = self_signed("host1", &[], now, None).unwrap();
        let certificate = Certificate::from_pem(&pem).unwrap();
        assert_eq!(certificate.not_before, 1_700_000_000 - 86_400);
        assert_eq!(certificate.not_after, 1_700_000_000 + 3650 * 86_400);
        assert_eq!((certificate.sha256.len(), certificate.sha1.len()), (95, 59));
        assert_eq!(Certificate::from_pem("nothing"), None);
        assert_eq!(Certificate::from_pem(&pem.replace("MII", "MIJ")), None);
        assert!(!is_revocation_list(&pem));
        assert!(is_chain(&pem) && !is_chain(""));
        assert!(first_pem(&pem).unwrap().starts_with("-----BEGIN CERTIFICATE"));
    }
}
