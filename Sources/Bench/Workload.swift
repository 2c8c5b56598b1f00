import ArgumentParser

/// What proxies are compared by.
enum Workload: String, CaseIterable, ExpressibleByArgument {
    case hs13
    case hs12
    case res13
    case mres13
    case mres12
    case ka1k
    case ka64k
    case ka1m
    case h2 = "h2-1k"
    case tcp
    case idle

    var meaning: String {
        switch self {
        case .hs13: "full handshake of TLS 1.3 with client certificate, one GET, close"
        case .hs12: "the same with TLS 1.2"
        case .res13: "resumed handshake of TLS 1.3 without client certificate, one GET, close"
        case .mres13: "resumed handshake of TLS 1.3 with client certificate, one GET, close"
        case .mres12: "the same with TLS 1.2"
        case .ka1k: "GET of 1 KiB on 32 connections with client certificate"
        case .ka64k: "GET of 64 KiB on 16 connections with client certificate"
        case .ka1m: "GET of 1 MiB on 8 connections with client certificate"
        case .h2: "GET of 1 KiB, 4 at once on each of 8 connections of HTTP/2 with client certificate"
        case .tcp: "1 MiB handed on as it comes, on 8 connections"
        case .idle: "memory of an idle connection with client certificate"
        }
    }

    /// Who is measured; what does not know the difference is measured as it comes.
    var contenders: [Contender] {
        switch self {
        case .hs13, .hs12, .idle: Contender.allCases
        // HAProxy and nginx resume by ticket only here.
        case .res13, .ka1k, .ka64k, .ka1m, .h2: [.sekisho, .haproxy, .nginx]
        // Peers resume by what a full handshake said once.
        case .mres13, .mres12: [.sekisho]
        // Of nginx it takes a module, and copies.
        case .tcp: [.sekisho, .haproxy]
        }
    }

    /// What the load generator does to a proxy.
    func plan(_ ports: Site.Ports) -> LoadPlan {
        var plan = LoadPlan(port: ports.verify)
        switch self {
        case .hs13, .hs12, .res13, .mres13, .mres12:
            plan.kind = self == .hs13 || self == .hs12 ? .handshakes : .resumptions
            plan.transport = self == .hs12 || self == .mres12 ? .tls12 : .tls13
            if self == .res13 { plan.port = ports.off }
            if self == .mres13 || self == .mres12 { plan.port = ports.resuming }
            plan.bodyBytes = 3
        case .ka1k: break
        case .ka64k:
            plan.bodyBytes = 65_536
            plan.connections = 16
        case .ka1m:
            plan.bodyBytes = 1 << 20
            plan.connections = 8
        case .h2:
            plan.version = .http2
            plan.connections = 8
            plan.streams = 4
        case .tcp:
            plan.port = ports.tcp
            plan.transport = .plain
            plan.bodyBytes = 1 << 20
            plan.connections = 8
        case .idle:
            plan.kind = .idle
            plan.bodyBytes = 3
            plan.connections = 2_000
        }
        plan.path = "/bytes/\(plan.bodyBytes)"
        return plan
    }
}
