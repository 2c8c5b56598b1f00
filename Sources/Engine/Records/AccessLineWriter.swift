import Model

/// Writes requests as lines of ALB's access log, fields 1 to 34 of `alb-mtls` 3.
///
/// Whatever a client chose stands between quotes, and within them every quote, backslash, control character
/// and byte that is no ASCII is written `\xHH`, in capitals, as ALB does: no request ends its field or its
/// line, and an escape in the log is never what a client sent.
struct AccessLineWriter {
    private(set) var bytes: [UInt8] = []
    /// Lines.
    private(set) var count = 0
    /// The second that was written last, without its fraction.
    private var second: (number: Int64, text: [UInt8]) = (.min, [])

    mutating func append(_ entry: AccessEntry, _ text: UnsafeRawBufferPointer) {
        self.count += 1
        self.word(Self.name(entry.kind))
        self.moment(entry.time)
        self.field(entry.context.loadBalancerPath)
        self.field(entry.client.description)
        self.field(entry.target?.description)
        self.seconds(entry.requestTime)
        self.seconds(entry.targetTime)
        self.seconds(entry.responseTime)
        self.field(Self.status(entry.status))
        self.field(Self.status(entry.targetStatus))
        self.number(entry.receivedBytes)
        self.number(entry.sentBytes)
        self.requestLine(entry, text)
        self.quoted(text, entry.userAgent)
        self.field(entry.tls?.cipher)
        self.field(entry.tls?.version)
        self.field(entry.targetGroup.flatMap { entry.context.targetGroupARNs[$0] })
        self.quoted(text, entry.trace)
        self.quoted(entry.tls?.domain)
        self.quoted(Self.certificate(entry))
        self.field(entry.priority.map { "\($0)" })
        self.moment(entry.created)
        self.quoted(Self.names(entry.actions))
        self.quoted(text, entry.redirectURL)
        self.quoted(entry.errorReason?.rawValue)
        self.quoted(entry.target?.description)
        self.quoted(Self.status(entry.targetStatus))
        self.quoted(entry.classification?.requestClass.rawValue)
        self.quoted(entry.classification?.rawValue)
        self.field(entry.traceID.description)
        self.quoted(text, entry.transformedHost)
        self.quoted(text, entry.transformedURI)
        self.quoted(entry.transform?.rawValue)
        self.field(entry.nodeAddress.description)
        self.bytes.append(0x0A)
    }

    /// `METHOD proto://host:port/uri HTTP/x`; of one that could not be read, what ALB writes then.
    private mutating func requestLine(_ entry: AccessEntry, _ text: UnsafeRawBufferPointer) {
        self.bytes += [0x20, 0x22]
        if entry.minorVersion == nil { self.word("-") } else { self.escaped(text, entry.method) }
        self.word(entry.context.isTLS ? " https://" : " http://")
        if entry.host.count > 0 { self.escaped(text, entry.host) } else { self.word(entry.context.address) }
        self.word(":")
        self.digits(UInt64(entry.context.port))
        self.escaped(text, entry.uri)
        switch entry.kind {
        case _ where entry.minorVersion == nil: self.word("- -")
        case .h2, .grpcs: self.word(" HTTP/2.0")
        default: self.word(entry.minorVersion == 0 ? " HTTP/1.0" : " HTTP/1.1")
        }
        self.bytes.append(0x22)
    }

    private static func name(_ kind: AccessEntry.Kind) -> StaticString {
        switch kind {
        case .http: "http"
        case .https: "https"
        case .h2: "h2"
        case .grpcs: "grpcs"
        case .ws: "ws"
        case .wss: "wss"
        }
    }

    private static func names(_ actions: AccessEntry.Actions) -> String? {
        var names: [String] = []
        if actions.contains(.rewrite) { names.append("rewrite") }
        if actions.contains(.forward) { names.append("forward") }
        if actions.contains(.redirect) { names.append("redirect") }
        if actions.contains(.fixedResponse) { names.append("fixed-response") }
        return names.isEmpty ? nil : names.joined(separator: ",")
    }

    private static func certificate(_ entry: AccessEntry) -> String? {
        guard let tls = entry.tls else { return nil }
        guard let index = tls.certificate else { return "session-reused" }
        let names = entry.context.certificateARNs
        return names.indices.contains(index) ? names[index] : nil
    }

    private static func status(_ status: Int) -> String? {
        status == 0 ? nil : "\(status)"
    }

    // MARK: Words

    private mutating func word(_ text: StaticString) {
        self.bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        )
    }

    private mutating func word(_ text: String) {
        self.bytes += text.utf8
    }

    /// A word that holds no space, behind one; `-` for none.
    private mutating func field(_ text: String?) {
        self.bytes.append(0x20)
        self.word(text ?? "-")
    }

    private mutating func quoted(_ text: String?) {
        self.bytes += [0x20, 0x22]
        self.word(text ?? "-")
        self.bytes.append(0x22)
    }

    private mutating func quoted(_ text: UnsafeRawBufferPointer, _ part: AccessEntry.Part) {
        self.bytes += [0x20, 0x22]
        if part.count == 0 { self.word("-") } else { self.escaped(text, part) }
        self.bytes.append(0x22)
    }

    private mutating func escaped(_ text: UnsafeRawBufferPointer, _ part: AccessEntry.Part) {
        let hex: StaticString = "0123456789ABCDEF"
        for byte in text[Int(part.start)..<Int(part.start + part.count)] {
            if byte >= 0x20, byte < 0x7F, byte != 0x22, byte != 0x5C {
                self.bytes.append(byte)
            } else {
                self.bytes.append(0x5C)
                self.bytes.append(0x78)
                self.bytes.append(hex.utf8Start[Int(byte >> 4)])
                self.bytes.append(hex.utf8Start[Int(byte & 15)])
            }
        }
    }

    // MARK: Numbers

    private mutating func number(_ value: UInt64) {
        self.bytes.append(0x20)
        self.digits(value)
    }

    private mutating func digits(_ value: UInt64) {
        if value >= 10 { self.digits(value / 10) }
        self.bytes.append(0x30 + UInt8(truncatingIfNeeded: value % 10))
    }

    /// ISO 8601 with microseconds; most lines of a batch share their second.
    private mutating func moment(_ time: Timestamp) {
        if time.seconds != self.second.number {
            self.second = (time.seconds, Array(time.iso8601.utf8.dropLast()))
        }
        self.bytes.append(0x20)
        self.bytes += self.second.text
        self.bytes.append(0x2E)
        var scale: Int64 = 100_000
        while scale > 0 {
            let digit = (time.microseconds - time.seconds * 1_000_000) / scale % 10
            self.bytes.append(0x30 + UInt8(truncatingIfNeeded: digit))
            scale /= 10
        }
        self.bytes.append(0x5A)
    }

    /// With three decimals, rounded down; `-1` where it did not come to that.
    private mutating func seconds(_ microseconds: Int64) {
        guard microseconds >= 0 else { return self.word(" -1") }
        let milliseconds = UInt64(microseconds / 1_000)
        self.number(milliseconds / 1_000)
        self.bytes.append(0x2E)
        self.bytes.append(0x30 + UInt8(truncatingIfNeeded: milliseconds % 1_000 / 100))
        self.bytes.append(0x30 + UInt8(truncatingIfNeeded: milliseconds % 100 / 10))
        self.bytes.append(0x30 + UInt8(truncatingIfNeeded: milliseconds % 10))
    }
}
