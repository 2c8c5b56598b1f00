import COpenSSL
import Model
import TestSupport
import Testing

@testable import TLS

/// The library context of handshakes: fewer formats, nothing else.
@Suite("The library context of handshakes")
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
        let context = try #require(HandshakeLibrary.context)
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

    @Test("Formats that no certificate has are not there")
    func formats() throws {
        let context = try #require(HandshakeLibrary.context)
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
}
