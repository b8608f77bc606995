//! TLS: the server's own certificate, the configuration made of it, and fingerprints.
//!
//! The provider is ring, named explicitly everywhere: nothing here depends on a process-wide
//! default, and no second provider may come in.

mod certificate;
pub mod key;
mod trust;
mod visitors;

pub use certificate::{Certificate, first_pem, is_chain, is_revocation_list};
pub use rustls::ServerConfig;
pub use rustls::pki_types::CertificateDer;
pub use trust::Trust;
pub use visitors::Authorities;

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("read PEM: {0}")]
    Pem(#[from] rustls::pki_types::pem::Error),
    #[error("find a certificate in the PEM text")]
    NoCertificate,
    #[error("make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    #[error("use the certificate: {0}")]
    Use(#[from] rustls::Error),
}

/// A certificate, with those that vouch for it, and its key.
#[derive(Debug)]
pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
}

impl Identity {
    /// From the text of one file that has both, as `xapi-ssl.pem` does.
    pub fn from_pem(text: &[u8]) -> Result<Identity, TlsError> {
        Identity::from_two_pems(text, text)
    }
    /// From the texts of two files.
    pub fn from_two_pems(certificates: &[u8], key: &[u8]) -> Result<Identity, TlsError> {
        let chain = CertificateDer::pem_slice_iter(certificates).collect::<Result<Vec<_>, _>>()?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate);
        }
        Ok(Identity { chain, key: PrivateKeyDer::from_pem_slice(key)? })
    }
    /// The fingerprint of the certificate itself.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.chain.first().map(|certificate| sha256(certificate)).unwrap_or_default()
    }
    /// The certificate alone, as PEM.
    pub fn certificate_pem(&self) -> String {
        let Some(certificate) = self.chain.first() else { return String::new() };
        let text = crate::base64::encode(certificate);
        let lines = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n");
        let body: String = lines.collect();
        format!("-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
    }
    /// HTTP/1.1 only: the protocol's raw connections have no place in HTTP/2.
    pub fn server_config(&self) -> Result<Arc<rustls::ServerConfig>, TlsError> {
        let mut config = rustls::ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), self.key.clone_key())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// A new self-signed certificate with its key, as one PEM text: the key is P-256, unless the text
/// of another (RSA, say) is given.
pub fn self_signed(
    host_name: &str,
    addresses: &[IpAddr],
    now: SystemTime,
    key_pem: Option<&str>,
) -> Result<String, TlsError> {
    const DAY: Duration = Duration::from_secs(86400);
    let key = match key_pem {
        Some(pem) => KeyPair::from_pem(pem)?,
        None => KeyPair::generate()?,
    };
    let mut names = vec!["localhost".to_owned()];
    if host_name != "localhost" {
        names.push(host_name.to_owned());
    }
    names.extend(addresses.iter().map(IpAddr::to_string));
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, host_name);
    // A day early, for peers whose clock is behind.
    params.not_before = (now - DAY).into();
    params.not_after = (now + DAY * 3650).into();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.self_signed(&key)?;
    Ok(key.serialize_pem() + &certificate.pem())
}

/// The one provider.
pub fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// The SHA-256 of a certificate in DER.
pub fn sha256(der: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, der).as_ref());
    out
}

/// A fingerprint as people compare it: `AB:CD:...`.
pub fn fingerprint_text(fingerprint: &[u8]) -> String {
    fingerprint.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// The fingerprint that a text like `AB:CD:...` says.
pub fn fingerprint_of_text(text: &str) -> Option<[u8; 32]> {
    let bytes = text.split(':').map(|pair| match pair.len() {
        2 => u8::from_str_radix(pair, 16).ok(),
        _ => None,
    });
    bytes.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_certificate_can_serve() {
        let addresses = ["10.0.0.1".parse().unwrap(), "::1".parse().unwrap()];
        let pem = self_signed("host1", &addresses, SystemTime::now(), None).unwrap();
        let identity = Identity::from_pem(pem.as_bytes()).unwrap();
        assert_eq!(identity.chain.len(), 1);
        assert_eq!(identity.server_config().unwrap().alpn_protocols, [b"http/1.1"]);
        let text = fingerprint_text(&identity.fingerprint());
        assert_eq!(text.len(), 95);
        assert_eq!(fingerprint_of_text(&text), Some(identity.fingerprint()));
        assert_eq!(fingerprint_of_text(&text[3..]), None);
        let again = self_signed("host1", &addresses, SystemTime::now(), Some(&pem)).unwrap();
        assert_eq!(Identity::from_pem(again.as_bytes()).unwrap().key, identity.key);
    }

    #[test]
    fn text_without_a_certificate_is_refused() {
        assert!(matches!(Identity::from_pem(b"nothing"), Err(TlsError::NoCertificate)));
        let pem = self_signed("host1", &[], SystemTime::now(), None).unwrap();
        let half = pem.split("-----BEGIN CERTIFICATE").next().unwrap();
        assert!(matches!(Identity::from_pem(half.as_bytes()), Err(TlsError::NoCertificate)));
        assert!(Identity::from_two_pems(pem.as_bytes(), b"").is_err());
    }
}
