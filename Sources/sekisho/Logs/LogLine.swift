import Model

/// One line of the connection log, from a gate or from the file, to be filtered and printed.
struct LogLine: Hashable, Sendable {
    /// The fields' names, in ALB's order (`alb-mtls` 2.2).
    static let names = [
        "timestamp", "client_ip", "client_port", "listener_port", "tls_protocol", "tls_cipher",
        "tls_handshake_latency", "leaf_client_cert_subject", "leaf_client_cert_validity",
        "leaf_client_cert_serial_number", "tls_verify_status", "conn_trace_id", "tls_keyexchange", "elb",
        "ip_address",
    ]

    private static let portField = 3
    private static let statusField = 10

    /// As ALB writes it.
    let alb: String

    /// What the gate remembers of it; nil for a line of the file, which holds ALB's fields and no others.
    let record: ConnectionRecord?

    /// A line of the file.
    init(alb: String) {
        self.alb = alb
        self.record = nil
    }

    init(_ record: ConnectionRecord) {
        self.alb = record.albLine
        self.record = record
    }

    /// Whether the handshake did not complete.
    var isFailure: Bool {
        let fields = self.fields
        return fields.count > Self.statusField && fields[Self.statusField].hasPrefix("Failed:")
    }

    /// Whether it is about the listener with this name or port.
    func isAbout(_ listener: String) -> Bool {
        if let record { return record.listenerName == listener || String(record.listenerPort) == listener }
        let fields = self.fields
        return fields.count > Self.portField && fields[Self.portField] == listener
    }

    /// The line as filters see it; nil for a line of the file that is none.
    var row: ConnectionRow? {
        self.record.map { ConnectionRow($0) } ?? ConnectionRow(albFields: self.fields)
    }

    /// An object of the fields that have a value, on one line: ALB's in their order and spelling, then ours.
    var json: String {
        var members = LogFields.members(self.fields, names: Self.names)
        if let record { members += Self.ownMembers(of: record) }
        return "{\(members.joined(separator: ","))}"
    }

    /// For people: what happened to whom, and the id that `sekisho explain` takes.
    ///
    /// A line of the file tells no more than ALB's.
    var text: String {
        guard let record, let tls = record.tls else { return self.alb }
        let head =
            [
                record.time.iso8601, record.client.description, record.listenerName,
                tls.outcome.reason?.rawValue ?? tls.observed.map { "observed:\($0.rawValue)" } ?? "Success",
                record.traceID.description,
            ] + (record.repeated.map { ["(the last of \($0) more)"] } ?? [])
        let sentence = tls.sentence.map { "\n    \($0)" } ?? ""
        return head.joined(separator: " ") + sentence
    }

    /// What ALB's line does not tell.
    private static func ownMembers(of record: ConnectionRecord) -> [String] {
        var members = ["\"listener\":\(LogFields.quoted(record.listenerName))"]
        if let repeated = record.repeated { members.append("\"repeated\":\(repeated)") }
        guard let tls = record.tls else { return members }
        members.append("\"mode\":\(LogFields.quoted(tls.mode.rawValue))")
        if let word = tls.outcome.shortWord { members.append("\"detail\":\(LogFields.quoted(word))") }
        if let cut = tls.cut { members.append("\"cut\":\(LogFields.quoted(cut.rawValue))") }
        if let sentence = tls.sentence { members.append("\"sentence\":\(LogFields.quoted(sentence))") }
        if let name = tls.serverName { members.append("\"server_name\":\(LogFields.quoted(name))") }
        members.append("\"chain_count\":\(tls.chainCount)")
        if let leaf = tls.leaf { members.append("\"fingerprint\":\(LogFields.quoted(leaf.fingerprint))") }
        members.append("\"resumed\":\(tls.isResumed)")
        return members
    }

    /// The fields, without the quotes around the subject.
    var fields: [String] { LogWords.split(self.alb) }
}
