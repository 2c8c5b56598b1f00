import COpenSSL
import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// What stands between OpenSSL's reading of a chain and the judgement.
@Suite("Presented chains", .ownThreads)
struct PresentedChainTests {
    /// What OpenSSL hands to the callback that judges: certificates read as in a handshake, without keys.
    private final class Presented {
        let store: OpaquePointer
        let stack: OpaquePointer

        init(_ chain: [ArraySlice<UInt8>]) throws {
            self.store = try #require(X509_STORE_CTX_new())
            self.stack = try #require(copenssl_x509_stack_new())
            for der in chain {
                let certificate = try #require(Certificate(der: der, in: HandshakeLibrary.context))
                X509_up_ref(certificate.handle)
                copenssl_x509_stack_push(self.stack, certificate.handle)
            }
            #expect(X509_STORE_CTX_init(self.store, nil, self.leaf, self.stack) == 1)
        }

        deinit {
            X509_STORE_CTX_free(self.store)
            while let certificate = copenssl_x509_stack_pop(self.stack) { X509_free(certificate) }
            copenssl_x509_stack_free(self.stack)
        }

        var leaf: OpaquePointer? { copenssl_x509_stack_value(self.stack, 0) }
        var count: Int { Int(copenssl_x509_stack_count(self.stack)) }
    }

    private let pki: TestPKI
    private let chain: [ArraySlice<UInt8>]

    init() throws {
        self.pki = try TestPKI()
        let certificate = try self.pki.client(.viaIntermediate)
        self.chain = try PEM.blocks(in: certificate.chainPEM, between: .anyText).map { $0.der[...] }
    }

    /// The message of TLS 1.2 in which a client sends these certificates.
    private func message(_ chain: [ArraySlice<UInt8>]) throws -> CertificateMessage {
        func length(_ count: Int) -> [UInt8] {
            [16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
        }
        let list = chain.flatMap { length($0.count) + $0 }
        let bytes = [11] + length(list.count + 3) + length(list.count) + list
        return try #require(bytes.withUnsafeBytes { CertificateMessage($0, isTLS13: false) })
    }

    private let acceptance = Verdict(refusal: nil, code: X509_V_OK, findings: [])

    @Test("A judgement sees the keys that OpenSSL has not read, of what was received")
    func judged() throws {
        let presented = try Presented(self.chain)
        let chain = try #require(
            PresentedChain(presented.store, receivedAs: try self.message(self.chain))
        )
        #expect(X509_get0_pubkey(presented.leaf) == nil)
        ERR_clear_error()
        var hasKeys: [Bool] = []
        let (_, leaf) = chain.judged { stack in
            for index in 0..<copenssl_x509_stack_count(stack) {
                let certificate = copenssl_x509_stack_value(stack, index)
                hasKeys.append(KeyRules.isAccepted(X509_get0_pubkey(certificate)))
            }
            return self.acceptance
        }
        #expect(hasKeys == [true, true])
        #expect(leaf?.der == Array(self.chain[0]))
        #expect(chain.digest != nil)
    }

    @Test("Of a chain that is too long no key is read, and there is no leaf to go on with")
    func tooLong() throws {
        let long = Array(repeating: self.chain[0], count: EngineLimits.chainCount + 1)
        let presented = try Presented(long)
        let chain = try #require(PresentedChain(presented.store, receivedAs: try self.message(long)))
        let (_, leaf) = chain.judged { stack in
            #expect(stack == presented.stack)
            return self.acceptance
        }
        #expect(leaf == nil)
    }

    @Test("Other certificates than were received are nobody's")
    func mismatch() throws {
        let presented = try Presented(self.chain)
        #expect(PresentedChain(presented.store, receivedAs: nil) == nil)
        #expect(
            PresentedChain(presented.store, receivedAs: try self.message([self.chain[0]])) == nil
        )
        // As many, but not the same: they are judged, and never recognised.
        let other = [self.chain[1], self.chain[0]]
        let chain = try #require(PresentedChain(presented.store, receivedAs: try self.message(other)))
        #expect(chain.digest == nil)
    }

    @Test("The leaf that was judged is what OpenSSL goes on with, and all it keeps")
    func keepOnly() throws {
        let presented = try Presented(self.chain)
        let chain = try #require(
            PresentedChain(presented.store, receivedAs: try self.message(self.chain))
        )
        let leaf = try #require(chain.readLeaf())
        #expect(chain.keepOnly(leaf))
        #expect(presented.leaf == leaf.handle)
        #expect(presented.count == 1)
        #expect(X509_STORE_CTX_get0_cert(presented.store) == leaf.handle)
    }
}
