import COpenSSL

/// The library contexts of handshakes: OpenSSL's default provider with fewer algorithms and formats of keys.
///
/// OpenSSL 3 reads the public key of every certificate by asking each of its decoders, which are many, for
/// every algorithm and every format, whether it could take part: with OpenSSL 3.0 a fifth of a handshake with
/// a client certificate. A handshake therefore runs in a context that knows no format at all: OpenSSL reads
/// the client's certificates there without their keys, and ``PresentedChain`` reads those that have to be
/// judged in the second context. It knows SubjectPublicKeyInfo in DER, of the kinds that ``KeyRules`` knows
/// or that `passthrough` lets through.
///
/// Even to find out that it cannot read a key, OpenSSL 3.0 goes through all algorithms that a context has, so
/// ciphers and kinds of keys that no handshake with a client uses are not there either.
///
/// The providers made for them do nothing by themselves: every algorithm is the default provider's own code
/// with its own state. A key whose decoder is not shown cannot be read, which refuses its owner.
///
/// Where the machine's configuration asks for other algorithms than those of the default provider (FIPS), the
/// library's own context is used as it is, for both.
enum HandshakeLibrary {
    /// For handshakes as a server; nil for the library's own context.
    ///
    /// `nonisolated(unsafe)` holds because it is complete before this constant is, never freed, and a library
    /// context may be used by any thread (`openssl-threads(7)`); so does it for the other.
    nonisolated(unsafe) static let context: OpaquePointer? =
        Self.reading == nil ? nil : Self.make("handshakes", initialiseHandshakes)

    /// For the certificates of clients, and for handshakes with targets, whose keys OpenSSL reads itself; nil
    /// for the library's own context.
    nonisolated(unsafe) static let reading: OpaquePointer? =
        Self.isUsable ? Self.make("certificates", initialiseReading) : nil

    private static var isUsable: Bool {
        defer { ERR_clear_error() }
        // In this order: the first question makes the library read its configuration.
        return OSSL_PROVIDER_available(nil, "default") == 1
            && EVP_default_properties_is_fips_enabled(nil) == 0
            && DefaultProvider.shared != nil
    }

    private static func make(_ provider: String, _ initialise: ProviderInitialiser) -> OpaquePointer? {
        defer { ERR_clear_error() }
        guard let context = OSSL_LIB_CTX_new() else { return nil }
        guard OSSL_PROVIDER_add_builtin(context, provider, initialise) == 1,
            OSSL_PROVIDER_load(context, provider) != nil
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
    let ciphers: UnsafePointer<OSSL_ALGORITHM>
    let keyKinds: UnsafePointer<OSSL_ALGORITHM>
    let readingFunctions: UnsafePointer<OSSL_DISPATCH>
    let handshakeFunctions: UnsafePointer<OSSL_DISPATCH>

    /// Kinds of keys that are read.
    private static let readKinds = ["RSA", "RSA-PSS", "EC", "ED25519", "ED448"]
    /// Kinds of keys that nobody can agree on or show; others stay, also those of newer libraries.
    private static let unusedKinds = ["DH", "DHX", "DSA", "SM2"]
    /// What suites, session tickets and the random generator are made of.
    private static let cipherNames = [
        "AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305", "AES-128-CBC", "AES-256-CBC", "AES-256-CTR",
        "NULL",
    ]
    /// Two steps of a suite in one, on processors that can.
    private static let combinedNames = [
        "AES-128-CBC-HMAC-SHA1", "AES-256-CBC-HMAC-SHA1", "AES-128-CBC-HMAC-SHA256",
        "AES-256-CBC-HMAC-SHA256",
    ]

    private init?() {
        guard let context = OSSL_LIB_CTX_new(), let provider = OSSL_PROVIDER_load(context, "default"),
            let state = OSSL_PROVIDER_get0_provider_ctx(provider)
        else { return nil }
        self.provider = provider
        self.state = state
        let decoders = Self.algorithms(of: provider, for: OSSL_OP_DECODER) { name, properties in
            properties.contains("input=der") && properties.contains("structure=SubjectPublicKeyInfo")
                && Self.readKinds.contains(name)
        }
        let ciphers = Self.algorithms(of: provider, for: OSSL_OP_CIPHER) { name, _ in
            Self.cipherNames.contains(name)
        }
        let combined = Self.algorithms(of: provider, for: OSSL_OP_CIPHER) { name, _ in
            Self.combinedNames.contains(name)
        }
        let keyKinds = Self.algorithms(of: provider, for: OSSL_OP_KEYMGMT) { name, _ in
            !Self.unusedKinds.contains(name)
        }
        // A library that calls them otherwise is used as it is.
        guard decoders.count >= Self.readKinds.count, ciphers.count == Self.cipherNames.count else {
            return nil
        }
        self.decoders = Self.keep(decoders + [OSSL_ALGORITHM()])
        self.ciphers = Self.keep(ciphers + combined + [OSSL_ALGORITHM()])
        self.keyKinds = Self.keep(keyKinds + [OSSL_ALGORITHM()])
        self.readingFunctions = Self.functions(queryReading)
        self.handshakeFunctions = Self.functions(queryHandshakes)
    }

    private static func functions(_ query: OperationQuery) -> UnsafePointer<OSSL_DISPATCH> {
        self.keep([
            OSSL_DISPATCH(
                function_id: OSSL_FUNC_PROVIDER_QUERY_OPERATION,
                function: unsafeBitCast(query, to: (@convention(c) () -> Void).self)
            ),
            OSSL_DISPATCH(
                function_id: OSSL_FUNC_PROVIDER_GET_CAPABILITIES,
                function: unsafeBitCast(getCapabilities, to: (@convention(c) () -> Void).self)
            ),
            OSSL_DISPATCH(),
        ])
    }

    /// The default provider's algorithms for an operation, chosen by name and properties.
    private static func algorithms(
        of provider: OpaquePointer,
        for operation: Int32,
        where isWanted: (_ name: String, _ properties: String) -> Bool
    ) -> [OSSL_ALGORITHM] {
        var isUncached: Int32 = 0
        guard var next = OSSL_PROVIDER_query_operation(provider, operation, &isUncached) else { return [] }
        var algorithms: [OSSL_ALGORITHM] = []
        while let names = next.pointee.algorithm_names {
            let name = String(cString: names).split(separator: ":").first.map(String.init) ?? ""
            let properties = next.pointee.property_definition.map { String(cString: $0) } ?? ""
            if isWanted(name, properties) { algorithms.append(next.pointee) }
            next += 1
        }
        return algorithms
    }

    private static func keep<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
        memory.initialize(from: elements, count: elements.count)
        return UnsafePointer(memory)
    }
}

private typealias ProviderInitialiser =
    @convention(c) (
        OpaquePointer?, UnsafePointer<OSSL_DISPATCH>?,
        UnsafeMutablePointer<UnsafePointer<OSSL_DISPATCH>?>?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int32

private typealias OperationQuery =
    @convention(c) (UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>?) -> UnsafePointer<
        OSSL_ALGORITHM
    >?

private let initialiseReading: ProviderInitialiser = { _, _, functions, state in
    guard let inner = DefaultProvider.shared else { return 0 }
    functions?.pointee = inner.readingFunctions
    state?.pointee = inner.state
    return 1
}

private let initialiseHandshakes: ProviderInitialiser = { _, _, functions, state in
    guard let inner = DefaultProvider.shared else { return 0 }
    functions?.pointee = inner.handshakeFunctions
    state?.pointee = inner.state
    return 1
}

private let queryReading: OperationQuery = { _, operation, isUncached in
    isUncached?.pointee = 0
    guard let inner = DefaultProvider.shared else { return nil }
    if operation == OSSL_OP_DECODER { return inner.decoders }
    return OSSL_PROVIDER_query_operation(inner.provider, operation, isUncached)
}

private let queryHandshakes: OperationQuery = { _, operation, isUncached in
    isUncached?.pointee = 0
    guard let inner = DefaultProvider.shared else { return nil }
    return switch operation {
    case OSSL_OP_DECODER: nil
    case OSSL_OP_CIPHER: inner.ciphers
    case OSSL_OP_KEYMGMT: inner.keyKinds
    default: OSSL_PROVIDER_query_operation(inner.provider, operation, isUncached)
    }
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
