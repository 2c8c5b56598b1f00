import Foundation
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

    private static let statusField = 10

    /// As ALB writes it.
    let alb: String

    /// Whether the handshake did not complete.
    var isFailure: Bool {
        let fields = self.fields
        return fields.count > Self.statusField && fields[Self.statusField].hasPrefix("Failed:")
    }

    /// An object of the fields that have a value, on one line.
    var json: String {
        let pairs = zip(Self.names, self.fields).filter { $0.1 != "-" }.map { name, value in
            "\"\(name)\":\(Self.quoted(value))"
        }
        return "{\(pairs.joined(separator: ","))}"
    }

    /// The fields, without the quotes around the subject.
    ///
    /// A quote inside the subject has a backslash before it, as RFC 2253 writes it.
    var fields: [String] {
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var isEscaped = false
        for character in self.alb {
            if isEscaped {
                isEscaped = false
            } else if character == "\"" {
                isQuoted.toggle()
                continue
            } else if character == " ", !isQuoted {
                fields.append(field)
                field = ""
                continue
            } else {
                isEscaped = character == "\\"
            }
            field.append(character)
        }
        return fields + [field]
    }

    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let data = try? encoder.encode(text) else { return "\"\"" }
        return String(decoding: data, as: UTF8.self)
    }
}
