import HTTP
import Model

/// The value of AWSALBTG: which group of a weighted forward a client stays with, and until when.
///
/// 24 hexadecimal digits: the end in seconds since 1970, and a tag over it, listener and group. The value
/// names no group: it is compared with what each group of the action would have written, of which there are
/// five at most. So a client can neither read where it was sent nor choose, and a cookie of another listener
/// or of a group that is gone is none.
struct GroupCookie {
    static let byteCount = 24

    let key: CookieKey
    let listener: ResourceID

    /// The index of the group that the cookie is for; nil where it is for none, or is over.
    func group(_ value: UnsafeRawBufferPointer, of groups: [ServedWeightedGroup], now: UInt32) -> Int? {
        guard value.count == Self.byteCount, let end = CookieText.number(value[0..<8]), end > UInt64(now),
            let tag = CookieText.number(value[8..<24])
        else { return nil }
        let until = UInt32(truncatingIfNeeded: end)
        for index in groups.indices where groups[index].weight > 0 {
            if self.tag(groups[index].id, until) == tag { return index }
        }
        return nil
    }

    /// Writes the `Set-Cookie` lines for a group, one for requests across sites where there is TLS.
    func write(_ group: ResourceID, until: UInt32, expires: HTTPDate, isTLS: Bool, to out: ByteBuffer) {
        out.append("Set-Cookie: AWSALBTG=")
        self.writeValue(group, until, to: out)
        CookieText.end(expires: expires, isCORS: false, to: out)
        guard isTLS else { return }
        out.append("Set-Cookie: AWSALBTGCORS=")
        self.writeValue(group, until, to: out)
        CookieText.end(expires: expires, isCORS: true, to: out)
    }

    private func writeValue(_ group: ResourceID, _ until: UInt32, to out: ByteBuffer) {
        out.append(hex: UInt64(until), width: 8)
        out.append(hex: self.tag(group, until), width: 16)
    }

    private func tag(_ group: ResourceID, _ until: UInt32) -> UInt64 {
        var hash = SipHash(self.key, for: .group)
        hash.absorb(self.listener.bits)
        hash.absorb(group.bits)
        hash.absorb(UInt64(until))
        return hash.finish()
    }
}
