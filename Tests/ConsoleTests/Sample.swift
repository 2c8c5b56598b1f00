import Model

/// A made-up gate, the same in every test.
enum Sample {
    static let start = Timestamp(year: 2026, month: 11, day: 23, hour: 14, minute: 5, second: 0)

    static func id(_ number: UInt64) -> ResourceID { ResourceID(bits: number) }

    static func facts(
        _ subject: String,
        issuer: String? = nil,
        days: Int64 = 400,
        key: String = "P-256",
        number: Int = 1
    ) -> CertificateFacts {
        CertificateFacts(
            subject: subject,
            issuer: issuer ?? subject,
            serialNumber: "04\(10 + number)",
            notBefore: Timestamp(seconds: Self.start.seconds - 86_400 * 700),
            notAfter: Timestamp(seconds: Self.start.seconds + 86_400 * days),
            fingerprint: String(repeating: "ab", count: 31) + "\(10 + number)",
            keyDescription: key
        )
    }

    static let partners = TrustStore(
        id: id(101),
        name: "partners",
        revision: 42,
        certificates: [
            CACertificate(
                facts: facts("CN=Umbrella Root,O=Umbrella,C=DE", days: 1_600, key: "RSA 4096", number: 1),
                pem: ""
            ),
            CACertificate(facts: facts("CN=Partner Root 2,O=Partner AG,C=DE", days: 27, number: 2), pem: ""),
            CACertificate(facts: facts("CN=Old Partner CA", days: -40, key: "RSA 2048", number: 3), pem: ""),
        ],
        source: BundleSource(path: "pki/partners.pem", digest: "00", readAt: start)
    )

    static func certificate(_ leaf: CertificateFacts) -> ServerCertificate {
        ServerCertificate(id: self.id(301), chainPEM: "", leaf: leaf, source: "pki/server.pem")
    }

    static let fleet = TrustStore(
        id: id(102),
        name: "iot-fleet",
        revision: 5,
        certificates: [CACertificate(facts: facts("CN=Fleet Device CA 2025", number: 4), pem: "")],
        source: BundleSource(path: "pki/fleet.pem", digest: "00", readAt: start)
    )

    static func listener(
        _ number: UInt64,
        _ name: String,
        _ port: UInt16,
        _ mode: MutualAuthentication.Mode,
        store: ResourceID? = nil,
        protocol: Listener.ListenerProtocol = .https
    ) -> Listener {
        Listener(
            id: self.id(number),
            name: name,
            port: port,
            protocol: `protocol`,
            certificateID: nil,
            mutualAuthentication: MutualAuthentication(mode: mode, trustStoreID: store),
            defaultAction: .forward(targetGroupID: self.id(201))
        )
    }

    static let listeners = [
        listener(1, "edge-api", 443, .verify, store: partners.id),
        listener(2, "edge-iot", 9443, .passthrough, store: fleet.id),
        listener(3, "edge-pay", 8443, .verify, store: partners.id),
        listener(4, "edge-plain", 80, .off, protocol: .http),
        listener(5, "edge-web", 444, .off),
    ]

    static func view(
        listeners: [Listener] = Sample.listeners,
        stores: [TrustStore] = [partners, fleet],
        generation: UInt64 = 12,
        failed: [ResourceID: OperatorError] = [:],
        processID: Int32 = 4711,
        leaf: CertificateFacts? = nil
    ) -> GateView {
        let listeners =
            leaf == nil
            ? listeners
            : listeners.map { listener in
                Listener(
                    id: listener.id,
                    name: listener.name,
                    port: listener.port,
                    protocol: listener.protocol,
                    certificateID: self.id(301),
                    mutualAuthentication: listener.mutualAuthentication,
                    defaultAction: listener.defaultAction
                )
            }
        return GateView(
            generation: generation,
            startedAt: self.start,
            processID: processID,
            stateDirectory: "state",
            workers: 2,
            configuration: Configuration(
                workers: nil,
                loadBalancers: listeners.isEmpty
                    ? []
                    : [
                        LoadBalancer(
                            id: self.id(900),
                            name: "edge",
                            type: .application,
                            address: IPAddress(v4: 0),
                            listeners: listeners
                        )
                    ],
                trustStores: stores,
                targetGroups: [
                    TargetGroup(
                        id: self.id(201),
                        name: "api-v2",
                        protocol: .http,
                        targets: [Target(id: .loopback, port: 9000)]
                    )
                ],
                certificates: leaf.map { [self.certificate($0)] } ?? []
            ),
            failedListeners: failed,
            recentChanges: []
        )
    }

    static func view(_ view: GateView, flipping id: String, to mode: MutualAuthentication.Mode) -> GateView {
        let listeners = view.configuration.listeners.map(\.listener).map { listener in
            guard listener.id.description == id else { return listener }
            let store = listener.mutualAuthentication.trustStoreID
            return listener.with(MutualAuthentication(mode: mode, trustStoreID: store))
        }
        return self.view(listeners: listeners, generation: view.generation + 1, failed: view.failedListeners)
    }

    static let down: [ResourceID: OperatorError] = [
        id(5): OperatorError(
            .addressInUse,
            subject: "edge-web",
            message: "Port 444 is in use by another process.",
            hint: "Stop it, or choose another port."
        )
    ]

    static func counters(_ view: GateView, draining: Int = 0, seconds: Int64 = 33) -> GateCounters {
        var engine = EngineCounters()
        var rates: [ResourceID: GateCounters.Rates] = [:]
        for (index, row) in view.configuration.listeners.enumerated() {
            var count = ListenerCounters()
            count.accepted = 20_000
            count.handshakes = 18_231
            count.open = 18_231 / (index + 1)
            count.draining = row.listener.name == "edge-iot" ? draining : 0
            count.failuresByWord = index == 0 ? ["untrusted": 401, "expired": 60, "no-cert": 20] : [:]
            engine.listeners[row.listener.id] = count
            rates[row.listener.id] = GateCounters.Rates(
                handshakes: 3_104 / Double(1 + index * 4),
                failures: index == 0 ? 68.2 : 0
            )
        }
        return GateCounters(
            time: Timestamp(seconds: self.start.seconds + seconds),
            engine: engine,
            rates: rates
        )
    }

    /// Records that show everything there is to show, over and over; numbers begin with `from`.
    static func records(_ count: Int, from: UInt64 = 1) -> [NumberedRecord] {
        (0..<UInt64(count)).map { self.record(from + $0) }
    }

    static func record(
        _ number: UInt64,
        subject: String? = nil,
        outcome: HandshakeOutcome? = nil
    ) -> NumberedRecord {
        let kinds: [(UInt64, String, MutualAuthentication.Mode, HandshakeOutcome, String?)] = [
            (1, "edge-api", .verify, .success, "CN=svc-41.partner.example,O=Partner AG,C=DE"),
            (1, "edge-api", .verify, .refused(.untrusted), "CN=svc-77.partner.example,O=Elsewhere"),
            (2, "edge-iot", .passthrough, .success, "CN=dev-19a4,O=Fleet"),
            (1, "edge-api", .verify, .refused(.expired), "CN=svc-07.partner.example"),
            (3, "edge-pay", .verify, .failed(.noCertificate), nil),
            (5, "edge-web", .off, .success, nil),
        ]
        let kind = kinds[Int(number % UInt64(kinds.count))]
        let result = outcome ?? kind.3
        let leaf = (subject ?? kind.4).map {
            self.facts($0, issuer: "CN=Partner Issuing CA \(number % 3 + 1)")
        }
        let tls = ConnectionRecord.TLSDetails(
            mode: kind.2,
            outcome: result,
            version: result == .failed(.noCertificate) ? nil : "TLSv1.3",
            cipher: "TLS_AES_256_GCM_SHA384",
            keyExchange: "X25519",
            latencyMicroseconds: result.isSuccess ? 2_100 + Int64(number) * 37 % 5_000 : nil,
            serverName: "api.example.com",
            leaf: leaf,
            chainCount: leaf == nil ? 0 : 2,
            isResumed: false
        )
        return NumberedRecord(
            number: number,
            record: ConnectionRecord(
                time: Timestamp(microseconds: self.start.microseconds + Int64(number) * 41_000),
                listenerID: self.id(kind.0),
                listenerName: kind.1,
                client: Endpoint(
                    address: number % 7 == 0
                        ? IPAddress(v6: 0x2001_0db8_0000_0000, number)
                        : IPAddress(v4: 0xCB00_7100 + UInt32(number % 200)),
                    port: UInt16(40_000 + number % 20_000)
                ),
                listenerPort: 443,
                tls: tls,
                traceID: TraceID(high: 0x7f03, low: number),
                loadBalancerPath: "app/edge/0000000000000384",
                nodeAddress: .loopback
            )
        )
    }
}
