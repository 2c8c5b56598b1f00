import Model

/// From where a listener may be told who its clients are.
enum ProxySourceChecks {
    static func check(
        _ wanted: DesiredListener,
        name: String,
        path: String
    ) throws(OperatorError) -> [AddressRange] {
        let field = "\(path).proxyProtocolSources"
        let sources = wanted.proxyProtocolSources
        guard sources.isEmpty || wanted.protocol.balancer == .application else {
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: field,
                message: "Listener \(name) speaks \(wanted.protocol.rawValue), where everybody or nobody "
                    + "brings a PROXY header.",
                hint: "Use acceptProxyProtocol."
            )
        }
        try ConfigurationResolver.checkQuota(
            sources.count,
            Quotas.proxyProtocolSourcesPerListener,
            of: "ranges of proxies of one listener",
            field: field
        )
        for (index, range) in sources.enumerated() where !range.isCanonical {
            throw OperatorError(
                .validationError,
                subject: "\(field)[\(index)]",
                message: "\(range) has bits behind its prefix.",
                hint: "Write \(range.canonical) if all of it is meant."
            )
        }
        for (index, range) in sources.enumerated() where range.prefixLength == 0 {
            throw OperatorError(
                .validationError,
                subject: "\(field)[\(index)]",
                message: "\(range) is everybody: anyone could claim to be any client.",
                hint: "Name the addresses of the proxies in front of listener \(name)."
            )
        }
        return sources
    }
}
