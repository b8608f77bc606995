//! Certificates that clients show.
//!
//! A server that asks for them takes any, also none: that the client holds the key is checked in the
//! handshake, whose certificate it is only when somebody wants to know. So a client with a certificate
//! that nobody trusts is a client like any other.

use super::{Identity, TlsError, provider};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme};
use std::sync::Arc;
use std::time::Duration;

impl Identity {
    /// As `server_config`, but clients are asked for a certificate.
    pub fn server_config_that_asks(&self) -> Result<Arc<rustls::ServerConfig>, TlsError> {
        let provider = provider();
        let mut config = rustls::ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(Arc::new(Anybody { provider }))
            .with_single_cert(self.chain.clone(), self.key.clone_key())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// The certificates of those who vouch for clients, and of whom they no longer do.
pub struct Authorities<'a> {
    pub certificates: Vec<&'a str>,
    pub revocations: Vec<&'a str>,
}

impl Authorities<'_> {
    /// Whether they vouch for who shows this chain, under this name and at this time.
    pub fn vouch(&self, chain: &[CertificateDer<'static>], name: &str, seconds: i64) -> bool {
        let Some((own, between)) = chain.split_first() else { return false };
        let named =
            super::Certificate::from_der(own).is_some_and(|own| own.names.iter().any(|own| own == name));
        named
            && self.verifier().is_some_and(|verifier| {
                let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds.max(0) as u64));
                verifier.verify_client_cert(own, between, now).is_ok()
            })
    }

    fn verifier(&self) -> Option<Arc<dyn ClientCertVerifier>> {
        let mut roots = RootCertStore::empty();
        for text in &self.certificates {
            let read = CertificateDer::pem_slice_iter(text.as_bytes()).filter_map(Result::ok);
            roots.add_parsable_certificates(read);
        }
        let lists = self.revocations.iter();
        let lists = lists.flat_map(|text| CertificateRevocationListDer::pem_slice_iter(text.as_bytes()));
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
            .with_crls(lists.filter_map(Result::ok))
            .allow_unknown_revocation_status()
            .build()
            .ok()
    }
}

#[derive(Debug)]
struct Anybody {
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for Anybody {
    fn client_auth_mandatory(&self) -> bool {
        false
    }
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }
    fn verify_client_cert(
        &self,
        _own: &CertificateDer<'_>,
        _between: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::self_signed;
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use rustls::pki_types::{PrivateKeyDer, ServerName};
    use std::time::SystemTime;

    struct Client {
        authority: String,
        certificate: String,
        key: String,
    }

    fn client(name: &str) -> Client {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let own = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        Client { authority: authority.pem(), certificate: own.pem(), key: key.serialize_pem() }
    }

    fn chain(pem: &str) -> Vec<CertificateDer<'static>> {
        CertificateDer::pem_slice_iter(pem.as_bytes()).map(Result::unwrap).collect()
    }

    const NOW: i64 = 1_767_225_600;

    #[test]
    fn who_is_vouched_for_is_known_by_name_and_authority() {
        let (ours, theirs) = (client("console"), client("console"));
        let authorities = Authorities { certificates: vec![&ours.authority], revocations: vec![] };
        let vouch = |pem: &str, name: &str| authorities.vouch(&chain(pem), name, NOW);
        assert!(vouch(&ours.certificate, "console"));
        assert!(!vouch(&ours.certificate, "other"));
        assert!(!vouch(&theirs.certificate, "console"));
        assert!(!vouch("", "console") && !vouch(&ours.certificate, ""));
        assert!(!authorities.vouch(&chain(&ours.certificate), "console", i64::MAX / 4), "it has expired");
        let nobody = Authorities { certificates: vec![], revocations: vec![] };
        assert!(!nobody.vouch(&chain(&ours.certificate), "console", NOW));
    }

    #[tokio::test]
    async fn a_server_that_asks_takes_any_certificate_and_none() {
        let pem = self_signed("host1", &[], SystemTime::now(), None).unwrap();
        let identity = Identity::from_pem(pem.as_bytes()).unwrap();
        let config = identity.server_config_that_asks().unwrap();
        let shown = async |client: Option<&Client>| {
            let trust = crate::tls::Trust::Fingerprint(identity.fingerprint());
            let plain = trust.client_config().unwrap();
            let config_of_client = match client {
                None => plain,
                Some(client) => {
                    let key = PrivateKeyDer::from_pem_slice(client.key.as_bytes()).unwrap();
                    let (verifier, key) = (trust.verifier(), key);
                    let config = rustls::ClientConfig::builder_with_provider(provider())
                        .with_safe_default_protocol_versions()
                        .unwrap()
                        .dangerous()
                        .with_custom_certificate_verifier(verifier)
                        .with_client_auth_cert(chain(&client.certificate), key)
                        .unwrap();
                    Arc::new(config)
                }
            };
            let (here, there) = tokio::io::duplex(1 << 16);
            let connector = tokio_rustls::TlsConnector::from(config_of_client);
            let acceptor = tokio_rustls::TlsAcceptor::from(Arc::clone(&config));
            let name = ServerName::try_from("host1").unwrap();
            let (client, server) = tokio::join!(connector.connect(name, here), acceptor.accept(there));
            client.unwrap();
            server.unwrap().get_ref().1.peer_certificates().map(<[_]>::len)
        };
        assert_eq!(shown(None).await, None);
        assert_eq!(shown(Some(&client("console"))).await, Some(1));
    }
}
