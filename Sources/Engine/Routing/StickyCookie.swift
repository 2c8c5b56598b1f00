import HTTP
import Model

/// The value of AWSALB and AWSALBAPP-0: which target of a group a client stays with, and until when.
///
/// 40 hexadecimal digits: the end in seconds since 1970, a seal, and the target's number behind a mask. The
/// seal is a tag over group, target and end; the mask is made of the seal. That is the construction of SIV
/// (RFC 5297) with SipHash as its function: nothing has to be drawn or remembered, equal values say equal
/// targets within one second and nothing else, and what is changed anywhere no longer has the right seal. A
/// target's number is itself a hash under the key, so that not even a reader of the mask learns an address.
struct StickyCookie {
    static let byteCount = 40

    let key: CookieKey
    let group: ResourceID

    /// The number of a target in cookies.
    static func number(of target: Endpoint, _ key: CookieKey) -> UInt64 {
        var hash = SipHash(key, for: .target)
        hash.absorb(target.address.v6.high)
        hash.absorb(target.address.v6.low)
        hash.absorb(UInt64(target.port))
        return hash.finish()
    }

    /// The number of the target that the cookie is for; nil where it is none of this group's, or is over.
    func target(_ value: UnsafeRawBufferPointer, now: UInt32) -> UInt64? {
        guard value.count == Self.byteCount, let end = CookieText.number(value[0..<8]), end > UInt64(now),
            let seal = CookieText.number(value[8..<24]), let masked = CookieText.number(value[24..<40])
        else { return nil }
        let until = UInt32(truncatingIfNeeded: end)
        let target = masked ^ self.mask(seal)
        return self.seal(target, until) == seal ? target : nil
    }

    func writeValue(_ target: UInt64, until: UInt32, to out: ByteBuffer) {
        let seal = self.seal(target, until)
        out.append(hex: UInt64(until), width: 8)
        out.append(hex: seal, width: 16)
        out.append(hex: target ^ self.mask(seal), width: 16)
    }

    /// Writes the `Set-Cookie` lines of AWSALB, one for requests across sites where there is TLS.
    func write(_ target: UInt64, until: UInt32, expires: HTTPDate, isTLS: Bool, to out: ByteBuffer) {
        out.append("Set-Cookie: AWSALB=")
        self.writeValue(target, until: until, to: out)
        CookieText.end(expires: expires, isCORS: false, to: out)
        guard isTLS else { return }
        out.append("Set-Cookie: AWSALBCORS=")
        self.writeValue(target, until: until, to: out)
        CookieText.end(expires: expires, isCORS: true, to: out)
    }

    /// Writes the `Set-Cookie` line of AWSALBAPP-0, with what the target's own cookie says behind its value.
    func write(
        _ target: UInt64,
        until: UInt32,
        attributes: UnsafeRawBufferPointer,
        to out: ByteBuffer
    ) {
        out.append("Set-Cookie: AWSALBAPP-0=")
        self.writeValue(target, until: until, to: out)
        out.append(attributes)
        out.append("\r\n")
    }

    private func seal(_ target: UInt64, _ until: UInt32) -> UInt64 {
        var hash = SipHash(self.key, for: .seal)
        hash.absorb(self.group.bits)
        hash.absorb(target)
        hash.absorb(UInt64(until))
        return hash.finish()
    }

    private func mask(_ seal: UInt64) -> UInt64 {
        var hash = SipHash(self.key, for: .mask)
        hash.absorb(seal)
        return hash.finish()
    }
}
