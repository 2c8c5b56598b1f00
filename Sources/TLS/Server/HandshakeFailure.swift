import COpenSSL
import Model

/// From what OpenSSL complained about to what the record says (`alb-mtls` 2.4).
enum HandshakeFailure {
    /// Where a handshake stood when it failed.
    struct Circumstances {
        /// The mode asks for client certificates.
        let asksForCertificate: Bool
        /// The message that failed was the client's Certificate.
        let isReadingCertificate: Bool
        /// A cipher suite was agreed on, so the peer does speak TLS.
        let hasCipher: Bool
        /// What the verifier said, if it was asked.
        let refusal: RefusalReason?
    }

    /// Alerts of the peer are on the queue as 1000 and the alert's number.
    static let alertReasonOffset: Int32 = 1_000

    static func outcome(of error: OpenSSLError, in circumstances: Circumstances) -> HandshakeOutcome {
        if let refusal = circumstances.refusal { return .refused(refusal) }
        for reason in error.tlsReasons {
            if let refusal = self.refusal(reason, circumstances) { return .refused(refusal) }
            if let detail = self.detail(reason, circumstances) { return .failed(detail) }
        }
        return .failed(.other)
    }

    private static func refusal(_ reason: Int32, _ circumstances: Circumstances) -> RefusalReason? {
        guard circumstances.asksForCertificate else { return nil }
        switch reason {
        case SSL_R_EXCESSIVE_MESSAGE_SIZE where circumstances.isReadingCertificate:
            return .maxSizeExceeded
        case copenssl_reason_asn1 where circumstances.isReadingCertificate,
            copenssl_reason_x509 where circumstances.isReadingCertificate,
            SSL_R_CERT_LENGTH_MISMATCH:
            return .invalid
        case SSL_R_UNKNOWN_CERTIFICATE_TYPE:
            return .typeUnsupported
        case SSL_R_WRONG_SIGNATURE_TYPE, SSL_R_WRONG_CURVE, SSL_R_WRONG_SIGNATURE_SIZE:
            return circumstances.hasCipher ? .incompatible : nil
        default:
            return nil
        }
    }

    private static func detail(_ reason: Int32, _ circumstances: Circumstances) -> ConnectionErrorDetail? {
        switch reason {
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            return .noCertificate
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH,
            SSL_R_WRONG_SSL_VERSION, SSL_R_UNKNOWN_PROTOCOL, SSL_R_INAPPROPRIATE_FALLBACK,
            SSL_R_BAD_PROTOCOL_VERSION_NUMBER:
            return .protocolVersion
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SHARED_GROUPS,
            SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,
            SSL_R_NO_CIPHERS_SPECIFIED, SSL_R_NO_SUITABLE_GROUPS:
            return .cipher
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST:
            return .notTLS
        // Also said of a damaged record later on; only at the start does it mean that this is not TLS.
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_BAD_RECORD_TYPE, SSL_R_PACKET_LENGTH_TOO_LONG,
            SSL_R_RECORD_LENGTH_MISMATCH:
            return circumstances.hasCipher ? nil : .notTLS
        case SSL_R_BAD_SIGNATURE:
            return .badSignature
        case self.alertReasonOffset..<(self.alertReasonOffset + 256):
            return .alert
        default:
            return nil
        }
    }
}
