import COpenSSL
import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// The library contexts of handshakes: fewer formats, nothing else.
@Suite("The library contexts of handshakes", .ownThreads)
struct HandshakeLibraryTests {
    private func key(in context: OpaquePointer?, of certificate: IssuedCertificate) throws -> OpaquePointer? {
        let der = try PEM.blocks(in: certificate.certificatePEM, between: .anyText)[0].der
        var handle = X509_new_ex(context, nil)
        try Array(der).withUnsafeBufferPointer { bytes in
            var cursor = bytes.baseAddress
            _ = try #require(d2i_X509(&handle, &cursor, bytes.count))
        }
        defer { X509_free(handle) }
        guard let key = X509_get0_pubkey(handle), EVP_PKEY_up_ref(key) == 1 else { return nil }
        return key
    }

    @Test(
        "Every kind of key that a client may have is read as the library's own context reads it",
        arguments: [TestPKI.Client.valid, .p384, .p521, .rsa2048, .rsa1024, .ed25519]
    )
    func keys(kind: TestPKI.Client) throws {
        let context = try #require(HandshakeLibrary.reading)
        let certificate = try TestPKI().client(kind)
        let one = try #require(try self.key(in: context, of: certificate))
        let other = try #require(try self.key(in: nil, of: certificate))
        defer {
            EVP_PKEY_free(one)
            EVP_PKEY_free(other)
        }
        #expect(EVP_PKEY_eq(one, other) == 1)
        #expect(KeyRules.description(of: one) == KeyRules.description(of: other))
        #expect(KeyRules.isAccepted(one) == KeyRules.isAccepted(other))
    }

    @Test("OpenSSL reads the certificates of a handshake without their keys")
    func withoutKeys() throws {
        let context = try #require(HandshakeLibrary.context)
        defer { ERR_clear_error() }
        for kind in [TestPKI.Client.valid, .rsa2048, .ed25519] {
            #expect(try self.key(in: context, of: try TestPKI().client(kind)) == nil)
        }
    }

    @Test("Formats that no certificate has are not there")
    func formats() throws {
        let context = try #require(HandshakeLibrary.reading)
        defer { ERR_clear_error() }
        let der = "input=der,structure=SubjectPublicKeyInfo"
        for (name, properties, isThere) in [
            ("EC", der, true), ("RSA", der, true), ("ED25519", der, true), ("DSA", der, false),
            ("EC", "input=der,structure=PrivateKeyInfo", false),
        ] {
            let decoder = OSSL_DECODER_fetch(context, name, properties)
            #expect((decoder != nil) == isThere, "\(name) \(properties)")
            OSSL_DECODER_free(decoder)
        }
    }

    @Test("Ciphers and kinds of keys that no handshake with a client uses are there for targets only")
    func algorithms() throws {
        defer { ERR_clear_error() }
        let contexts = [try #require(HandshakeLibrary.context), try #require(HandshakeLibrary.reading)]
        for (context, isForTargets) in zip(contexts, [false, true]) {
            for (name, isThere) in [
                ("AES-256-GCM", true), ("ChaCha20-Poly1305", true), ("CAMELLIA-128-CBC", false),
                ("DES-EDE3-CBC", false),
            ] {
                let cipher = EVP_CIPHER_fetch(context, name, nil)
                #expect((cipher != nil) == (isThere || isForTargets), "\(name)")
                EVP_CIPHER_free(cipher)
            }
            for (name, isThere) in [("EC", true), ("X25519", true), ("HMAC", true), ("DSA", false)] {
                let kind = EVP_KEYMGMT_fetch(context, name, nil)
                #expect((kind != nil) == (isThere || isForTargets), "\(name)")
                EVP_KEYMGMT_free(kind)
            }
        }
    }
}
