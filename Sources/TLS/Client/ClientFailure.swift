import COpenSSL
import Model

/// From what OpenSSL complained about, as a client, to what people are told.
enum ClientFailure {
    /// `verifyResult` is that of the server's chain; `X509_V_OK` where it was not judged.
    static func reason(
        of error: OpenSSLError,
        verifyResult: Int,
        hasCipher: Bool
    ) -> TargetTLSFailure {
        for reason in error.tlsReasons {
            switch reason {
            case SSL_R_CERTIFICATE_VERIFY_FAILED:
                return self.reason(ofVerifyResult: Int32(truncatingIfNeeded: verifyResult))
            case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_WRONG_SSL_VERSION,
                HandshakeFailure.alertReasonOffset + SSL_AD_PROTOCOL_VERSION:
                return .protocolVersion
            case SSL_R_NO_CIPHERS_AVAILABLE, SSL_R_WRONG_CIPHER_RETURNED, SSL_R_DH_KEY_TOO_SMALL,
                SSL_R_EE_KEY_TOO_SMALL, SSL_R_WRONG_SIGNATURE_TYPE,
                HandshakeFailure.alertReasonOffset + SSL_AD_HANDSHAKE_FAILURE:
                return .cipher
            case HandshakeFailure.alertReasonOffset + Self.certificateRequired:
                return .certificateRequired
            case HandshakeFailure.alertReasonOffset + SSL_AD_NO_APPLICATION_PROTOCOL:
                return .noHTTP2
            case HandshakeFailure.alertReasonOffset..<(HandshakeFailure.alertReasonOffset + 256):
                return .alert
            // Also said of a damaged record later on; only at the start does it mean that this is not TLS.
            case SSL_R_WRONG_VERSION_NUMBER, SSL_R_BAD_RECORD_TYPE, SSL_R_PACKET_LENGTH_TOO_LONG,
                SSL_R_RECORD_LENGTH_MISMATCH, SSL_R_HTTP_REQUEST:
                return hasCipher ? .other : .notTLS
            default: continue
            }
        }
        return .other
    }

    /// RFC 8446 section 6.2.
    private static let certificateRequired: Int32 = 116

    private static func reason(ofVerifyResult code: Int32) -> TargetTLSFailure {
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED: .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .wrongName
        case X509_V_ERR_INVALID_PURPOSE: .purpose
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK: .weak
        default: .untrusted
        }
    }
}
