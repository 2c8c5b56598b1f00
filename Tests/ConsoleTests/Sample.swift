import Model

@testable import Console

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
            CACertificate(
                facts: facts("CN=Partner Root 2,O=Partner AG,C=DE", days: 27, number: 2),
                pem: ""
            ),
            CACertificate(
                facts: facts("CN=Old Partner CA", days: -40, key: "RSA 2048", number: 3),
                pem: ""
            ),
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

    /// The first with names that have modes of their own.
    static let namedListeners =
        [
            listeners[0].with([
                NamePolicy(
                    names: ["api.example.net", "*.partners.example.net"],
                    mutualAuthentication: MutualAuthentication(mode: .verify, trustStoreID: fleet.id)
                ),
                NamePolicy(
                    names: ["status.example.net"],
                    mutualAuthentication: MutualAuthentication(mode: .off)
                ),
            ])
        ] + listeners.dropFirst()

    static func view(
        listeners: [Listener] = Sample.listeners,
        stores: [TrustStore] = [partners, fleet],
        generation: UInt64 = 12,
        failed: [ResourceID: OperatorError] = [:],
        processID: Int32 = 4711,
        leaf: CertificateFacts? = nil,
        groups: [TargetGroup] = [api],
        health: [ResourceID: TargetGroupHealth]? = [:],
        changes: [ChangeRecord] = [],
        trials: [Trial]? = nil
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
                targetGroups: groups,
                certificates: leaf.map { [self.certificate($0)] } ?? []
            ),
            failedListeners: failed,
            recentChanges: changes,
            targetHealth: health,
            trials: trials
        )
    }

    static func view(
        _ view: GateView,
        flipping id: String,
        to mode: MutualAuthentication.Mode
    )
        -> GateView
    {
        let listeners = view.configuration.listeners.map(\.listener).map { listener in
            guard listener.id.description == id else { return listener }
            let store = listener.mutualAuthentication.trustStoreID
            return listener.with(MutualAuthentication(mode: mode, trustStoreID: store))
        }
        return self.view(
            listeners: listeners,
            generation: view.generation + 1,
            failed: view.failedListeners
        )
    }

    static let api = TargetGroup(
        id: id(201),
        name: "api-v2",
        protocol: .http,
        targets: (0..<3).map { Target(id: IPAddress(v4: 0x0A00_010B + $0), port: 9_000) }
    )

    static let health = [
        id(201): TargetGroupHealth(
            healthy: 2,
            total: 3,
            others: [
                TargetHealth(
                    target: Endpoint(address: IPAddress(v4: 0x0A00_010C), port: 9_000),
                    state: .unhealthy,
                    reason: .failedHealthChecks,
                    description: "connect: connection refused"
                )
            ]
        )
    ]

    static let lambda: TargetGroup = {
        guard let url = BaseURL("https://fn.example.net") else { preconditionFailure("no base URL") }
        let function = LambdaFunction(
            name: "resize",
            baseURL: url,
            qualifier: "live",
            region: "eu-central-1",
            isHealthChecked: true
        )
        return TargetGroup(
            id: id(202),
            name: "thumbnails",
            protocol: .http,
            targets: [],
            function: function
        )
    }()

    /// Of a function that fails, and of targets of which one has left, one is down and one trips at times.
    static let functionHealth = [
        api.id: TargetGroupHealth(
            healthy: 2,
            total: 3,
            others: health[api.id]?.others ?? [],
            tlsErrors: [TargetTLSErrors(target: api.targets[2].endpoint, count: 12, lastFailure: nil)],
            departed: [
                TargetHealth(
                    target: Endpoint(address: IPAddress(v4: 0x0A00_0109), port: 9_000),
                    state: .unused,
                    reason: .notRegistered,
                    description: "Target is not registered to the target group"
                )
            ],
            checks: [
                TargetChecks(
                    target: api.targets[1].endpoint,
                    since: Timestamp(seconds: start.seconds - 530),
                    outcomes: String(repeating: "+", count: 12) + String(repeating: "x", count: 18)
                ),
                TargetChecks(
                    target: api.targets[2].endpoint,
                    since: Timestamp(seconds: start.seconds - 90_000),
                    outcomes: "+++++x++++++++x"
                ),
            ]
        ),
        lambda.id: TargetGroupHealth(
            healthy: 0,
            total: 1,
            others: [
                TargetHealth(
                    target: Endpoint(address: IPAddress(v4: 0xC633_6407), port: 443),
                    state: .unhealthy,
                    reason: .timeout,
                    description: "Request timed out"
                )
            ],
            tlsErrors: [
                TargetTLSErrors(
                    target: Endpoint(address: IPAddress(v4: 0xC633_6407), port: 443),
                    count: 3,
                    lastFailure: .expired
                )
            ],
            checks: [
                TargetChecks(
                    target: Endpoint(address: IPAddress(v4: 0xC633_6407), port: 443),
                    since: Timestamp(seconds: start.seconds - 100),
                    outcomes: "++++xx"
                )
            ],
            function: FunctionHealth(
                endpoint: Endpoint(address: IPAddress(v4: 0xC633_6407), port: 443),
                lookupFailure: "server failure",
                isChecked: true
            )
        ),
    ]

    /// Counters after so many steps of five seconds with requests.
    static func traffic(_ view: GateView, steps: Int) -> GateCounters {
        let counters = self.counters(view, seconds: 33 + Int64(steps) * 5)
        var traffic = TrafficCounters()
        for (id, scale) in [(self.api.id, 1), (self.lambda.id, 4)] {
            var group = GroupCounters()
            group.metrics = [
                .requests: UInt64(steps * (1_200 + steps * 40) / scale),
                .target5XX: UInt64(max(0, steps - 8) * 30 / scale),
            ]
            let slow = [UInt64](repeating: 0, count: DurationHistogram.edges.count - 3)
            group.responseTime = DurationHistogram(
                counts: [900, 90, 8, 2].map { $0 * UInt64(steps) } + slow,
                microseconds: UInt64(steps) * 1_000_000
            )
            traffic.groups[id] = group
        }
        var engine = counters.engine
        engine.listeners[self.id(1)]?.traffic = traffic
        return GateCounters(time: counters.time, engine: engine, rates: counters.rates)
    }

    /// The group with its second target drained by hand.
    static let drained = api.with(drained: [api.targets[1]])

    static func draining(secondsLeft: Int?) -> [ResourceID: TargetGroupHealth] {
        let target = TargetHealth(
            target: self.api.targets[1].endpoint,
            state: secondsLeft == nil ? .unused : .draining,
            reason: secondsLeft == nil ? .invalidState : .deregistrationInProgress,
            description: secondsLeft == nil
                ? "Target is drained until it is restored" : "Target deregistration is in progress",
            remainingSeconds: secondsLeft
        )
        return [self.api.id: TargetGroupHealth(healthy: 2, total: 3, others: [target])]
    }

    static func change(
        _ number: Int64,
        ago seconds: Int64,
        _ who: String,
        _ lines: [Plan.Line],
        origin: ChangeRecord.Origin? = nil
    ) -> ChangeRecord {
        ChangeRecord(
            number: number,
            time: Timestamp(seconds: self.start.seconds - seconds),
            author: Author(name: who, via: number % 2 == 0 ? "console" : "sekisho apply"),
            generation: UInt64(number) + 5,
            lines: lines,
            origin: origin
        )
    }

    static let changes = [
        change(
            17,
            ago: 120,
            "ana",
            [
                Plan.Line(
                    verb: .change,
                    resource: "listener edge-pay",
                    details: ["mode passthrough -> verify"]
                )
            ],
            origin: .trial(until: Timestamp(seconds: start.seconds + 480))
        ),
        change(
            16,
            ago: 900,
            "cd-bot",
            [
                Plan.Line(
                    verb: .change,
                    resource: "trust store partners",
                    details: ["revision 41 -> 42", "removed CN=Partner Root 3"]
                ),
                Plan.Line(verb: .create, resource: "target group api-v2"),
            ]
        ),
        change(15, ago: 90_000, "ivo", [Plan.Line(verb: .delete, resource: "listener old-httpd")]),
    ]

    static func client(
        _ subject: String,
        days: Int64,
        number: Int,
        refused: UInt64 = 0
    )
        -> KnownClient
    {
        KnownClient(
            facts: self.facts(
                subject,
                issuer: "CN=Partner Issuing CA \(number % 3)",
                days: days,
                number: number
            ),
            alternativeNames: ["DNS:\(number).partner.example"],
            isVerified: refused == 0,
            roots: refused > 0
                ? []
                : [
                    KnownClient.Root(
                        anchor: TrustAnchor(
                            subject: "CN=Partner Root",
                            fingerprint: "ab",
                            trustStore: "partners"
                        ),
                        lastSeen: self.start
                    )
                ],
            firstSeen: Timestamp(seconds: self.start.seconds - 86_400 * 30),
            lastSeen: Timestamp(seconds: self.start.seconds - Int64(number) * 40),
            handshakes: refused == 0 ? UInt64(number) * 310 : 0,
            refusals: refused == 0 ? [:] : ["ClientCertExpired": refused],
            listeners: ["edge-api": UInt64(number) * 310 + refused],
            places: [
                KnownClient.Place(address: IPAddress(v4: 0xCB00_7109), lastSeen: self.start),
                KnownClient.Place(address: IPAddress(v4: 0xCB00_7150), lastSeen: self.start),
            ],
            tlsVersion: "TLSv1.3"
        )
    }

    static let clients = ClientList(
        clients: [
            client("CN=svc-41.partner.example,O=Partner AG", days: 82, number: 1),
            client("CN=svc-07.partner.example", days: -2, number: 2, refused: 60),
            client("CN=svc-31.partner.example", days: 3, number: 3),
            client("CN=dev-19a4,O=Fleet", days: 29, number: 4),
        ],
        matching: 4,
        verified: 3,
        unverified: 1
    )

    /// The same, one of them with a newer certificate.
    static let renewedClients = ClientList(
        clients: clients.clients + [client("CN=dev-19a4,O=Fleet", days: 390, number: 5)],
        matching: 5,
        verified: 4,
        unverified: 1
    )

    static let rehearsal = RehearsalReport(
        listener: "edge-iot",
        current: "passthrough",
        candidate: "verify iot-fleet",
        since: start,
        isBlind: false,
        accepted: 19_880,
        acceptedConnections: 1_126_400,
        refused: RehearsalReport.Clients(
            count: 1_527,
            connections: 67_100,
            first: ["CN=gw-berlin-07", "CN=gw-oslo-02"].enumerated().map { index, subject in
                RehearsalReport.Client(
                    facts: Sample.facts(subject, issuer: "CN=Fleet Device CA 2019"),
                    connections: UInt64(41_200 / (1 + index * 4)),
                    lastSeen: Sample.start,
                    address: .loopback,
                    reason: .untrusted,
                    sentence: nil,
                    remedy: nil
                )
            }
        ),
        admitted: RehearsalReport.Clients(count: 0, connections: 0, first: []),
        withoutCertificate: 6_500,
        unseen: ClientList(clients: [], matching: 12, verified: 12, unverified: 0)
    )

    /// The removal of the first CA of `partners`.
    static let preview = TrustStorePreview(
        plan: Plan(
            lines: [
                Plan.Line(
                    verb: .change,
                    resource: "trust store partners",
                    details: [
                        "bundle revision 42 -> 43", "remove CA \(partners.certificates[0].facts.subject)",
                    ]
                )
            ]
        ),
        authorities: AuthorityDifference(
            from: partners.certificates.map(\.facts),
            to: partners.certificates.dropFirst().map(\.facts)
        ),
        reports: [rehearsal],
        dependents: clients
    )

    /// `partners` with two lists: one in force, one that is overdue.
    static let revoking = partners.with(
        lists: [
            list(1, "CN=Umbrella Root,O=Umbrella,C=DE", hours: 4, signer: 0),
            list(2, "CN=Globex Root", hours: -2, signer: 1),
        ],
        nextID: 3
    )

    private static func list(
        _ id: Int,
        _ issuer: String,
        hours: Int64,
        signer: Int
    ) -> RevocationList {
        RevocationList(
            id: id,
            facts: RevocationList.Facts(
                issuer: issuer,
                number: "7",
                entries: 18_204,
                thisUpdate: Timestamp(seconds: start.seconds - 7_200),
                nextUpdate: Timestamp(seconds: start.seconds + hours * 3_600),
                fingerprint: "cd\(id)"
            ),
            source: BundleSource(path: "/etc/pki/crl-\(id).pem", digest: "00", readAt: start),
            signers: [partners.certificates[signer].facts.fingerprint]
        )
    }

    static let listing = FileListing(
        directory: "/etc/pki",
        entries: [
            FileListing.Entry(name: "old", isDirectory: true, size: 0),
            FileListing.Entry(name: "notes.txt", isDirectory: false, size: 812),
            FileListing.Entry(name: "partner-root-3.pem", isDirectory: false, size: 1_946),
            FileListing.Entry(name: "partners.crl", isDirectory: false, size: 4_194_304),
        ],
        isCut: false
    )

    /// Lines of the access log, on the connections of ``record(_:subject:outcome:)``.
    static let requests = RequestPage(
        lines: (0..<6).map { index in
            let status = [200, 200, 404, 502, 200, 301][index]
            let target = status == 301 ? "-" : "10.0.1.1\(index % 3 + 1):9000"
            let waits = status == 502 ? "-1 -1 -1" : "0.001 0.0\(index)2 0.000"
            return
                "https 2026-11-23T14:05:0\(index).120000Z app/edge/384 203.0.113.\(index):4000\(index) \(target) "
                + "\(waits) \(status) - 3\(index) 1\(index)66 \"GET https://api.example.com:443/v1/orders/\(index) HTTP/1.1\" "
                + "\"curl/8.5\" ECDHE TLSv1.3 arn:aws:x:y:1:targetgroup/api-v2/7 \"Root=1\" \"api.example.com\" \"-\" 1 "
                + "2026-11-23T14:05:00.000000Z \"forward\" \"-\" \"-\" \"-\" \"-\" \"-\" \"-\" "
                + "\(TraceID(high: 0x7f03, low: UInt64(36 + index))) \"-\" \"-\" \"-\" 127.0.0.1"
        },
        end: 4_096,
        skipped: 0
    )

    static let finding = RevocationAnswer(
        findings: [
            RevocationAnswer.Finding(
                trustStore: "partners",
                list: revoking.revocationLists[0],
                revokedAt: Timestamp(seconds: start.seconds - 2_700),
                reason: "keyCompromise"
            )
        ],
        lists: 2,
        entries: 36_408
    )

    static let revisions = [
        TrustStoreRevision(
            revision: 42,
            time: Timestamp(seconds: start.seconds - 900),
            change: 16,
            author: Author(name: "cd-bot", via: "sekisho apply"),
            certificates: partners.certificates.map(\.facts)
        ),
        TrustStoreRevision(
            revision: 41,
            time: Timestamp(seconds: start.seconds - 90_000),
            change: 9,
            author: Author(name: "ana", via: "console"),
            certificates: partners.certificates.dropFirst().map(\.facts)
                + [facts("CN=Partner Root 3,O=Partner AG", number: 9)]
        ),
    ]

    static let trial = Trial(
        change: 17,
        author: Author(name: "ana", via: "console"),
        startedAt: Timestamp(seconds: start.seconds - 120),
        deadline: Timestamp(seconds: start.seconds + 480),
        lines: changes[0].lines
    )

    /// A refusal with everything that the gate writes down of one.
    static func tracedRecord(
        _ number: UInt64,
        subject: String = "CN=svc-77.partner.example"
    ) -> NumberedRecord {
        let plain = self.record(number, subject: subject, outcome: .refused(.untrusted))
        var record = plain.record
        let facts = Sample.facts(subject, issuer: "CN=Partner Issuing CA 3")
        record.tls?.trace = VerificationTrace(
            time: record.time,
            trustStore: "partners",
            trustStoreRevision: 42,
            refusal: .untrusted,
            presented: [
                PresentedCertificate(
                    byteCount: 812,
                    facts: facts,
                    version: 3,
                    extendedKeyUsage: ["clientAuth"]
                ),
                PresentedCertificate(
                    byteCount: 790,
                    facts: self.facts("CN=Partner Issuing CA 3", issuer: "CN=Partner Root 3"),
                    version: 3,
                    isCertificateAuthority: true
                ),
            ],
            presentedCount: 2,
            steps: [
                VerificationStep(.chainLength, .passed, "2 certificates of at most 4"),
                VerificationStep(.path, .failed, "nothing in partners issued CN=Partner Issuing CA 3"),
                VerificationStep(.validity, .skipped, ""),
            ],
            path: [subject],
            candidates: [
                CandidateAuthority(
                    subject: "CN=Partner Root 2,O=Partner AG,C=DE",
                    fingerprint: "ab",
                    place: .trustStore,
                    hasIssuerName: false,
                    hasIssuerKeyIdentifier: false,
                    mismatch: "has another name and another key"
                )
            ],
            otherTrustStores: ["legacy"],
            sentence: "Nothing in partners vouches for CN=Partner Issuing CA 3.",
            remedy: "Add CN=Partner Root 3 to partners."
        )
        return NumberedRecord(number: number, record: record)
    }

    /// A client that only an observing listener lets in.
    static func observedRecord(_ number: UInt64) -> NumberedRecord {
        var record = self.record(number, outcome: .success).record
        record.tls?.observed = .expired
        return NumberedRecord(number: number, record: record)
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
