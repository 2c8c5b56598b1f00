import ArgumentParser
import Foundation

/// A proxy as it is measured.
enum Contender: String, CaseIterable, ExpressibleByArgument {
    case sekisho
    /// As it comes: with session tickets.
    case haproxy
    case haproxyNoTickets = "haproxy-no-tickets"
    /// As it comes: with session tickets.
    case nginx
    case nginxNoTickets = "nginx-no-tickets"

    /// What takes one request after another, or nothing but bytes, does not depend on tickets.
    var issuesTickets: Bool { self == .haproxy || self == .nginx }

    /// The program's path; nil where it is not installed.
    func program(sekisho: String) -> String? {
        let candidates =
            switch self {
            case .sekisho: [sekisho]
            case .haproxy, .haproxyNoTickets: ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy"]
            case .nginx, .nginxNoTickets: ["/usr/sbin/nginx", "/usr/local/sbin/nginx"]
            }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
