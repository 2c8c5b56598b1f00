import COpenSSL

/// The library context of handshakes: OpenSSL's default provider with fewer formats of keys.
///
/// OpenSSL 3 reads the public key of every certificate by asking each of its decoders, which are many, for
/// every algorithm and every format, whether it could take part: with OpenSSL 3.0 an eighth of a handshake
/// with a client certificate. A client's key is always a SubjectPublicKeyInfo in DER, of a kind that
/// ``KeyRules`` knows or that `passthrough` lets through, so here only the decoders for those are shown.
///
/// The provider made for it does nothing by itself: every algorithm is the default provider's own code with
/// its own state. A key whose decoder is not shown cannot be read, which refuses its owner.
///
/// Where the machine's configuration asks for other algorithms than those of the default provider (FIPS), its
/// own context is used as it is.
enum HandshakeLibrary {
    /// nil for the library's own context.
    ///
    /// `nonisolated(unsafe)` holds because it is complete before this constant is, never freed, and a library
    /// context may be used by any thread (`openssl-threads(7)`).
    nonisolated(unsafe) static let context: OpaquePointer? = Self.make()

    private static func make() -> OpaquePointer? {
        defer { ERR_clear_error() }
        // In this order: the first question makes the library read its configuration.
        guard OSSL_PROVIDER_available(nil, "default") == 1, EVP_default_properties_is_fips_enabled(nil) == 0,
            DefaultProvider.shared != nil, let context = OSSL_LIB_CTX_new()
        else { return nil }
        guard OSSL_PROVIDER_add_builtin(context, "handshakes", initialiseProvider) == 1,
            OSSL_PROVIDER_load(context, "handshakes") != nil
        else {
            OSSL_LIB_CTX_free(context)
            return nil
        }
        return context
    }
}

/// The provider that does the work, in a context of its own.
///
/// Made once and never freed; `@unchecked Sendable` holds because nothing of it changes afterwards.
private final class DefaultProvider: @unchecked Sendable {
    static let shared = DefaultProvider()

    let provider: OpaquePointer
    let state: UnsafeMutableRawPointer
    /// Ends with an entry of nulls, as OpenSSL wants it; so do the functions.
    let decoders: UnsafePointer<OSSL_ALGORITHM>
    let functions: UnsafePointer<OSSL_DISPATCH>

    /// Kinds of keys that are read.
    private static let readKinds = ["RSA", "RSA-PSS", "EC", "ED25519", "ED448"]

    private init?() {
        guard let context = OSSL_LIB_CTX_new(), let provider = OSSL_PROVIDER_load(context, "default"),
            let state = OSSL_PROVIDER_get0_provider_ctx(provider)
        else { return nil }
        self.provider = provider
        self.state = state
        let decoders = Self.decoders(of: provider)
        // A library that calls them otherwise is used as it is.
        guard decoders.count >= Self.readKinds.count else { return nil }
        self.decoders = Self.keep(decoders + [OSSL_ALGORITHM()])
        self.functions = Self.keep([
            OSSL_DISPATCH(
                function_id: OSSL_FUNC_PROVIDER_QUERY_OPERATION,
                function: unsafeBitCast(queryOperation, to: (@convention(c) () -> Void).self)
            ),
            OSSL_DISPATCH(
                function_id: OSSL_FUNC_PROVIDER_GET_CAPABILITIES,
                function: unsafeBitCast(getCapabilities, to: (@convention(c) () -> Void).self)
            ),
            OSSL_DISPATCH(),
        ])
    }

    /// The default provider's decoders for public keys as certificates hold them.
    private static func decoders(of provider: OpaquePointer) -> [OSSL_ALGORITHM] {
        var isUncached: Int32 = 0
        guard var next = OSSL_PROVIDER_query_operation(provider, OSSL_OP_DECODER, &isUncached) else {
            return []
        }
        var decoders: [OSSL_ALGORITHM] = []
        while let names = next.pointee.algorithm_names {
            let name = String(cString: names).split(separator: ":").first.map(String.init) ?? ""
            let properties = next.pointee.property_definition.map { String(cString: $0) } ?? ""
            if properties.contains("input=der"), properties.contains("structure=SubjectPublicKeyInfo"),
                self.readKinds.contains(name)
            {
                decoders.append(next.pointee)
            }
            next += 1
        }
        return decoders
    }

    private static func keep<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
        memory.initialize(from: elements, count: elements.count)
        return UnsafePointer(memory)
    }
}

private let initialiseProvider:
    @convention(c) (
        OpaquePointer?, UnsafePointer<OSSL_DISPATCH>?,
        UnsafeMutablePointer<UnsafePointer<OSSL_DISPATCH>?>?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int32 = { _, _, functions, state in
        guard let inner = DefaultProvider.shared else { return 0 }
        functions?.pointee = inner.functions
        state?.pointee = inner.state
        return 1
    }

private let queryOperation:
    @convention(c) (UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>?) -> UnsafePointer<
        OSSL_ALGORITHM
    >? = { _, operation, isUncached in
        isUncached?.pointee = 0
        guard let inner = DefaultProvider.shared else { return nil }
        if operation == OSSL_OP_DECODER { return inner.decoders }
        return OSSL_PROVIDER_query_operation(inner.provider, operation, isUncached)
    }

private let getCapabilities:
    @convention(c) (
        UnsafeMutableRawPointer?, UnsafePointer<CChar>?,
        (@convention(c) (UnsafePointer<OSSL_PARAM>?, UnsafeMutableRawPointer?) -> Int32)?,
        UnsafeMutableRawPointer?
    ) -> Int32 = { _, name, report, argument in
        guard let inner = DefaultProvider.shared else { return 0 }
        return OSSL_PROVIDER_get_capabilities(inner.provider, name, report, argument)
    }
