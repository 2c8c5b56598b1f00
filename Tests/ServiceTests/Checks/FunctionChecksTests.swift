import Foundation
import Model
import TLS
import TestSupport
import Testing

@testable import Service

/// Target groups of type `lambda` in declarations, in the database, and in what the engine is given.
@Suite("Functions in declarations")
struct FunctionChecksTests {
    private static let credentials = """
        [default]
        aws_access_key_id = AKIDEXAMPLE
        aws_secret_access_key = wJalrXUtnFEMI/K7MDENG
        """

    private static func signed(_ text: String, profile: String = "default") -> DesiredFunction.Credentials {
        .file(SecretFileContents(path: "credentials", text: SecretText(text)), profile: profile)
    }

    private static func function(
        _ change: (inout DesiredFunction) -> Void = { _ in }
    ) throws -> DesiredConfiguration {
        try Declarations.edge().with { desired in
            desired[listener: 1].defaultActions = [.forward(targetGroup: "fn")]
            var function = DesiredFunction(name: "orders", baseURL: "http://127.0.0.1:8080")
            change(&function)
            var attributes = TargetGroupAttributes()
            attributes.usesMultiValueHeaders = true
            desired.targetGroups.append(
                DesiredTargetGroup(name: "fn", targets: [], attributes: attributes, function: function)
            )
        }
    }

    @Test("A function is served as declared, and comes back from the database")
    func applied() async throws {
        let home = try TemporaryDirectory()
        let wanted = try Self.function {
            $0.qualifier = "live"
            $0.region = "eu-central-1"
            $0.credentials = Self.signed(Self.credentials)
        }
        var before: ServedFunction?
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(wanted)
            before = gate.plane.running?.targetGroups.compactMap(\.function).first
            await gate.service.stop(grace: .zero)
        }
        let served = try #require(before)
        #expect(served.function.name == "orders" && served.function.qualifier == "live")
        #expect(served.signingKey?.accessKeyID == "AKIDEXAMPLE")
        #expect(served.usesMultiValueHeaders)
        #expect(served.targetGroupARN.contains(":targetgroup/fn/"))

        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(gate.plane.running?.targetGroups.compactMap(\.function) == [served])
        #expect(try await gate.apply(wanted).plan.isEmpty)
        let changed = try Self.function { $0.baseURL = "http://functions.example.net:8081" }
        let line = try #require(try await gate.apply(changed).plan.lines.first?.description)
        for word in [
            "baseURL http://127.0.0.1:8080 -> http://functions.example.net:8081", "credentials",
            "qualifier live -> none",
        ] {
            #expect(line.contains(word), Comment(rawValue: line))
        }
        await gate.service.stop(grace: .zero)
    }

    @Test("Credentials are in a file of their own, and neither in the database nor in the view")
    func secrets() async throws {
        let gate = try await TestGate.started(
            try Self.function {
                $0.region = "eu-central-1"
                $0.credentials = Self.signed(Self.credentials)
            }
        )
        let secret = "wJalrXUtnFEMI/K7MDENG"
        let view = try await gate.service.view()
        #expect(!String(decoding: try JSONEncoder().encode(view), as: UTF8.self).contains("wJalrXUtnFEMI"))
        let files = try FileManager.default.subpathsOfDirectory(atPath: gate.directory.path)
        let holders = files.filter { name in
            let bytes = FileManager.default.contents(atPath: "\(gate.directory.path)/\(name)") ?? Data()
            return bytes.range(of: Data(secret.utf8)) != nil
        }
        #expect(holders.count == 1 && holders.allSatisfy { $0.hasPrefix("keys/") }, "\(holders)")
        // Another secret is another file; without a function there is none.
        _ = try await gate.apply(
            try Self.function {
                $0.region = "eu-central-1"
                $0.credentials = Self.signed(Self.credentials + "2")
            }
        )
        #expect(
            gate.plane.running?.targetGroups.compactMap(\.function?.signingKey).first?.secretAccessKey
                .revealed == "\(secret)2"
        )
        let counts = { try FileManager.default.contentsOfDirectory(atPath: gate.directory.keysPath).count }
        let count = try counts()
        _ = try await gate.apply(try Declarations.edge())
        #expect(try counts() == count - 1)
        await gate.service.stop(grace: .zero)
    }

    @Test("A listener whose function's credentials are lost is not served, and applying again mends it")
    func lost() async throws {
        let home = try TemporaryDirectory()
        let wanted = try Self.function {
            $0.region = "eu-central-1"
            $0.credentials = Self.signed(Self.credentials)
        }
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(wanted)
            guard
                case .stored(let id) = try await gate.service.view().configuration.targetGroups
                    .compactMap(\.function?.credentials).first
            else {
                Issue.record("nothing is stored")
                return
            }
            await gate.service.stop(grace: .zero)
            try FileManager.default.removeItem(atPath: "\(gate.directory.keysPath)/\(id).pem")
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        let view = try await gate.service.view()
        let failed = view.configuration.listeners.filter { view.failedListeners[$0.listener.id] != nil }
        #expect(failed.map(\.listener.name) == ["inspect"])
        _ = try await gate.apply(wanted)
        #expect(try await gate.service.view().failedListeners.isEmpty)
        await gate.service.stop(grace: .zero)
    }

    private static func check(_ change: (inout HealthCheck) -> Void) -> HealthCheck {
        var check = HealthCheck.standardForFunctions
        change(&check)
        return check
    }

    @Test("A function of https is verified by the machine's CAs and its host's name, or as the group says")
    func verified() async throws {
        let home = try TemporaryDirectory()
        let pki = try TestPKI()
        let wanted = try Self.function { $0.baseURL = "https://functions.example.net" }
        let strict = wanted.with { desired in
            let last = desired.targetGroups.count - 1
            desired.targetGroups[last].healthCheck = Self.check { $0.path = "/up" }
            desired.targetGroups[last].targetVerification = DesiredTargetVerification(
                caCertificatesBundle: FileContents(path: "ca.pem", text: pki.root.certificatePEM),
                serverName: "fn.internal"
            )
        }
        let before: ServedTargetGroup?
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(wanted)
            let first = gate.plane.running?.targetGroups.first { $0.function != nil }
            let standard = ServedTargetTLS.Verification(anchors: nil, serverName: "functions.example.net")
            #expect(first?.tls?.verification == standard)
            #expect(first?.function?.function.isHealthChecked == false)
            let plan = try await gate.apply(strict).plan
            let line = try #require(plan.lines.first?.description)
            #expect(line.contains("target verification") && line.contains("health checks false -> true"))
            before = gate.plane.running?.targetGroups.first { $0.function != nil }
            #expect(before?.tls?.verification?.anchors?.count == 1)
            #expect(before?.tls?.verification?.serverName == "fn.internal")
            #expect(before?.healthCheck.path == "/up" && before?.function?.function.isHealthChecked == true)
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(gate.plane.running?.targetGroups.first { $0.function != nil } == before)
        #expect(try await gate.apply(strict).plan.isEmpty)
        await gate.service.stop(grace: .zero)
    }

    @Test(
        "What no function can have is refused, with the field",
        arguments: [
            ("name", "function.name"), ("url", "function.baseURL"), ("path", "function.baseURL"),
            ("qualifier", "function.qualifier"), ("region", "function.region"),
            ("twoRegions", "function.region"),
            ("noRegion", "function.credentials"), ("profile", "function.credentials"), ("targets", "targets"),
            ("protocol", "protocol"), ("version", "protocolVersion"), ("proxy", "proxyProtocolV2"),
            ("algorithm", "algorithm"), ("stickiness", "attributes.stickiness.enabled"),
            ("checkPort", "healthCheck.port"), ("checkProtocol", "healthCheck.protocol"),
            ("checkTime", "healthCheck.timeoutSeconds"), ("checkCode", "healthCheck.matcher"),
            ("clearText", "targetVerification"), ("bundle", "targetVerification.caCertificatesBundle"),
        ]
    )
    func refused(mistake: String, field: String) async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let wanted = try Self.function { function in
            switch mistake {
            case "name": function.name = "a/b"
            case "url": function.baseURL = "127.0.0.1:8080"
            case "bundle": function.baseURL = "https://127.0.0.1:8080"
            case "path": function.baseURL = "http://127.0.0.1:8080/2015-03-31"
            case "qualifier": function.qualifier = "a b"
            case "region": function.region = "EU/1"
            case "twoRegions":
                function.name = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
                function.region = "eu-west-1"
            case "noRegion": function.credentials = Self.signed(Self.credentials)
            case "profile":
                function.region = "eu-central-1"
                function.credentials = Self.signed(Self.credentials, profile: "other")
            default: break
            }
        }.with { desired in
            let last = desired.targetGroups.count - 1
            switch mistake {
            case "targets": desired.targetGroups[last].targets = [Target(id: .loopback, port: 1)]
            case "protocol": desired.targetGroups[last].protocol = .tcp
            case "version": desired.targetGroups[last].protocolVersion = .http2
            case "proxy": desired.targetGroups[last].proxyProtocolV2 = false
            case "stickiness":
                var attributes = TargetGroupAttributes()
                attributes.stickiness.isEnabled = true
                desired.targetGroups[last].attributes = attributes
            case "checkPort": desired.targetGroups[last].healthCheck = Self.check { $0.port = 80 }
            case "checkProtocol": desired.targetGroups[last].healthCheck = Self.check { $0.protocol = .tcp }
            case "checkTime": desired.targetGroups[last].healthCheck = Self.check { $0.timeoutSeconds = 35 }
            case "checkCode":
                desired.targetGroups[last].healthCheck = Self.check { $0.matcher = .unimplemented }
            case "clearText", "bundle":
                desired.targetGroups[last].targetVerification = DesiredTargetVerification(
                    caCertificatesBundle: FileContents(path: "ca.pem", text: "nothing")
                )
            case "algorithm": desired.targetGroups[last].algorithm = .roundRobin
            default: break
            }
        }
        let error = await #expect(throws: OperatorError.self) { _ = try await gate.apply(wanted) }
        #expect(error?.subject == "targetGroups[1].\(field)")
        #expect(try await gate.service.view().generation == 1)
        await gate.service.stop(grace: .zero)
    }
}
