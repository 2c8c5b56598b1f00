import COpenSSL

/// Owner of an `X509_NAME` that was read from DER.
///
/// `@unchecked Sendable` holds because the library makes the form it compares by when it reads the name, and
/// the name is never changed.
final class DistinguishedName: @unchecked Sendable {
    let handle: OpaquePointer

    /// nil if the bytes are not a name, or not only a name.
    init?(_ der: UnsafeRawBufferPointer) {
        let start = der.bindMemory(to: UInt8.self).baseAddress
        var cursor = start
        guard let name = d2i_X509_NAME(nil, &cursor, der.count) else {
            ERR_clear_error()
            return nil
        }
        guard cursor == start.map({ $0 + der.count }) else {
            X509_NAME_free(name)
            return nil
        }
        self.handle = name
    }

    deinit {
        X509_NAME_free(self.handle)
    }

    /// Whether both are the same by RFC 5280 7.1: letter case and spaces do not count.
    func equals(_ other: OpaquePointer?) -> Bool {
        X509_NAME_cmp(self.handle, other) == 0
    }
}
