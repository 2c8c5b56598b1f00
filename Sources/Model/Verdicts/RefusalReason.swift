/// Why a handshake did not complete: the connection log's codes, all of them (`alb-mtls` 2.3).
public enum RefusalReason: String, Hashable, Sendable, Codable, CaseIterable {
    case maxChainDepthExceeded = "ClientCertMaxChainDepthExceeded"
    case maxSizeExceeded = "ClientCertMaxSizeExceeded"
    case crlHit = "ClientCertCrlHit"
    case crlProcessingError = "ClientCertCrlProcessingError"
    case untrusted = "ClientCertUntrusted"
    case notYetValid = "ClientCertNotYetValid"
    case expired = "ClientCertExpired"
    case typeUnsupported = "ClientCertTypeUnsupported"
    case invalid = "ClientCertInvalid"
    case purposeInvalid = "ClientCertPurposeInvalid"
    case rejected = "ClientCertRejected"
    case incompatible = "ClientCertIncompatible"
    case unmapped = "UnmappedConnectionError"

    /// The fixed short word of narrow screens.
    public var shortWord: String {
        switch self {
        case .maxChainDepthExceeded: "depth"
        case .maxSizeExceeded: "size"
        case .crlHit: "crl-hit"
        case .crlProcessingError: "crl-error"
        case .untrusted: "untrusted"
        case .notYetValid: "not-yet"
        case .expired: "expired"
        case .typeUnsupported: "type"
        case .invalid: "invalid"
        case .purposeInvalid: "purpose"
        case .rejected: "rejected"
        case .incompatible: "incompat"
        case .unmapped: "unmapped"
        }
    }

    /// What happened, in one sentence.
    public var sentence: String {
        switch self {
        case .maxChainDepthExceeded: "The client sent more than 4 certificates."
        case .maxSizeExceeded: "The client's Certificate message is larger than 64 KiB."
        case .crlHit: "A CA has revoked a certificate of the client's chain."
        case .crlProcessingError: "A revocation list could not be used to check the client's chain."
        case .untrusted: "No path leads from the client's certificate to a CA in the trust store."
        case .notYetValid: "A certificate of the client's chain is not valid yet."
        case .expired: "A certificate of the client's chain has expired."
        case .typeUnsupported:
            "The client's certificate is not X.509 v3, or its key is of a kind not accepted."
        case .invalid: "A certificate the client sent cannot be read."
        case .purposeInvalid: "The client's certificate is not meant for TLS client authentication."
        case .rejected: "The client's certificate is trusted, but the listener's own policy refuses it."
        case .incompatible: "The client's key or signature does not fit the listener's security policy."
        case .unmapped: "The connection failed for a reason outside the client's certificate."
        }
    }

    /// What mends it.
    public var remedy: String {
        switch self {
        case .maxChainDepthExceeded: "Have the client send its leaf and the intermediates only, not the root."
        case .maxSizeExceeded: "Have the client send fewer or smaller certificates."
        case .crlHit:
            "Issue the client a new certificate, or remove the entry if the revocation was a mistake."
        case .crlProcessingError: "Upload a current revocation list of the issuing CA."
        case .untrusted:
            "Add the issuing CA to the trust store, or have the client send the missing intermediates."
        case .notYetValid:
            "Check the client's and this machine's clocks, or wait until the certificate is valid."
        case .expired: "Renew the client's certificate; if a CA expired, replace the CA and what it issued."
        case .typeUnsupported:
            "Issue an X.509 v3 certificate with an RSA key of 2048 to 8192 bits or a P-256, P-384 or P-521 key."
        case .invalid: "Export the client's chain again as PEM; a certificate in it is damaged."
        case .purposeInvalid: "Issue the certificate with extended key usage clientAuth and digitalSignature."
        case .rejected: "Add the client's identity to the listener's filters, or leave it refused."
        case .incompatible: "Use a stronger key or a SHA-256 signature, or choose another security policy."
        case .unmapped: "Read the record's detail: it names what the peer did."
        }
    }
}

/// What lies behind `UnmappedConnectionError`, which ALB does not tell apart; ours tells people.
public enum ConnectionErrorDetail: String, Hashable, Sendable, Codable, CaseIterable {
    /// A `verify` listener asked for a certificate and got none.
    case noCertificate = "no-cert"
    /// The handshake did not finish before its deadline.
    case timeout
    /// No protocol version in common.
    case protocolVersion = "protocol"
    /// No cipher suite, group or signature scheme in common.
    case cipher
    /// The peer went away.
    case closed
    /// What came is not TLS.
    case notTLS = "not-tls"
    /// The peer sent a TLS alert: it refuses us.
    case alert
    /// The peer could not prove that it holds the certificate's key.
    case badSignature = "bad-signature"
    /// A limit of the gate was reached.
    case limit
    /// The gate is stopping, or the listener was removed.
    case stopped
    /// Any other violation of the TLS protocol.
    case other

    public var sentence: String {
        switch self {
        case .noCertificate: "The client sent no certificate, and this listener requires one."
        case .timeout: "The handshake did not finish in time."
        case .protocolVersion: "Client and listener have no TLS version in common."
        case .cipher: "Client and listener have no cipher suite, group or signature scheme in common."
        case .closed: "The client closed the connection before the handshake was complete."
        case .notTLS: "The client did not speak TLS."
        case .alert: "The client refused the handshake with a TLS alert."
        case .badSignature: "The client did not prove that it holds its certificate's key."
        case .limit: "A limit of this gate was reached."
        case .stopped: "The listener was stopped during the handshake."
        case .other: "The client violated the TLS protocol."
        }
    }

    public var remedy: String {
        switch self {
        case .noCertificate:
            "Give the client a certificate (curl: --cert and --key), or flip the listener's mode."
        case .timeout: "Look for a slow or blocked network path, or a client that only opens connections."
        case .protocolVersion: "Have the client offer TLS 1.2 or 1.3."
        case .cipher: "Have the client offer a modern ECDHE suite and the group X25519 or P-256."
        case .closed: "Look at the client: it may distrust the server certificate, or be a port scan."
        case .notTLS: "Use https:// in the client's URL, or send plain HTTP to an HTTP listener."
        case .alert: "Look at the client's log; often it does not trust the server certificate's CA."
        case .badSignature: "Check that the client's key belongs to its certificate."
        case .limit: "See the counters for the limit that was reached."
        case .stopped: "Nothing; the client connects again."
        case .other: "Look at the client's TLS library and what stands between it and the gate."
        }
    }
}
