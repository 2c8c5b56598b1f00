import Model

/// Reads the attributes of a load balancer, by ELBv2's names.
enum AttributeReader {
    private static let http2 = "routing.http2.enabled"
    private static let idleTimeout = "idle_timeout.timeout_seconds"
    private static let clientKeepAlive = "client_keep_alive.seconds"
    private static let desyncMode = "routing.http.desync_mitigation_mode"
    private static let dropsInvalid = "routing.http.drop_invalid_header_fields.enabled"
    private static let preservesHost = "routing.http.preserve_host_header.enabled"
    private static let addsTLS = "routing.http.x_amzn_tls_version_and_cipher_suite.enabled"
    private static let clientPort = "routing.http.xff_client_port.enabled"
    private static let forwardedFor = "routing.http.xff_header_processing.mode"

    /// Standard values where the declaration is silent or wrong; what is wrong has been noted.
    ///
    /// Whether HTTP/2 is offered is a setting of its own, which has two names; nil where neither is used.
    static func read(
        _ balancer: Mapping
    ) -> (attributes: LoadBalancerAttributes, http2: Bool?, logs: LoadBalancerLogs) {
        let http2 = balancer.optional("http2")
        let standard = LoadBalancerAttributes.standard
        guard let field = balancer.optional("attributes") else { return (standard, http2?.boolean(), .none) }
        let keys = [self.http2] + (standard.words + LoadBalancerLogs.none.words).map(\.key)
        guard let mapping = field.mapping(of: "attributes", keys: keys) else {
            return (standard, nil, .none)
        }
        let named = mapping.optional(self.http2)
        if http2 != nil, let named {
            named.refuse(
                "\(self.http2) is the same as http2, which is set too.",
                hint: "Remove one of the two."
            )
        }
        func boolean(_ key: String) -> Bool { mapping.optional(key)?.boolean() ?? false }
        var attributes = standard
        attributes.idleTimeoutSeconds =
            mapping.optional(self.idleTimeout)?.integer(in: LoadBalancerAttributes.idleTimeoutRange)
            ?? standard.idleTimeoutSeconds
        attributes.clientKeepAliveSeconds =
            mapping.optional(self.clientKeepAlive)?.integer(in: LoadBalancerAttributes.clientKeepAliveRange)
            ?? standard.clientKeepAliveSeconds
        attributes.desyncMitigationMode =
            mapping.optional(self.desyncMode)?.choice(of: DesyncMitigationMode.self)
            ?? standard.desyncMitigationMode
        attributes.dropsInvalidHeaderFields = boolean(self.dropsInvalid)
        attributes.preservesHostHeader = boolean(self.preservesHost)
        attributes.addsTLSHeaders = boolean(self.addsTLS)
        attributes.forwardsClientPort = boolean(self.clientPort)
        attributes.forwardedFor =
            mapping.optional(self.forwardedFor)?.choice(of: ForwardedForMode.self) ?? standard.forwardedFor
        attributes.connectionsPerSource =
            mapping.optional(LoadBalancerAttributes.perSource)?
            .integer(in: LoadBalancerAttributes.connectionsPerSourceRange)
            ?? standard.connectionsPerSource
        attributes.requestBytesPerSecond =
            mapping.optional(LoadBalancerAttributes.requestRate)?
            .integer(in: LoadBalancerAttributes.bytesPerSecondRange)
            ?? standard.requestBytesPerSecond
        attributes.responseBytesPerSecond =
            mapping.optional(LoadBalancerAttributes.responseRate)?
            .integer(in: LoadBalancerAttributes.bytesPerSecondRange)
            ?? standard.responseBytesPerSecond
        attributes.judgesLiveClients =
            mapping.optional(LoadBalancerAttributes.liveJudgement)?.boolean() ?? standard.judgesLiveClients
        attributes.cutsPerSecond =
            mapping.optional(LoadBalancerAttributes.cutRate)?
            .integer(in: LoadBalancerAttributes.cutsPerSecondRange)
            ?? standard.cutsPerSecond
        attributes.failingClients =
            mapping.optional(LoadBalancerAttributes.failing)?.choice(of: FailingClients.self)
            ?? standard.failingClients
        var logs = LoadBalancerLogs.none
        logs.access = Self.delivery(LoadBalancerLogs.accessKey, mapping)
        logs.connection = Self.delivery(LoadBalancerLogs.connectionKey, mapping)
        return (attributes, (http2 ?? named)?.boolean(), logs)
    }

    private static func delivery(_ key: String, _ mapping: Mapping) -> LogDelivery {
        LogDelivery(
            isEnabled: mapping.optional("\(key).enabled")?.boolean() ?? false,
            bucket: mapping.optional("\(key).bucket")?.text(),
            prefix: mapping.optional("\(key).prefix")?.text()
        )
    }
}
