import Model

@testable import Console

/// Panes that show what the gate, the disk or a person has to say with somebody's name in it.
enum HostilePane: CaseIterable, Sendable {
    case requests, request, revisions, revocationLists, revocationList, revocation
    case files, filesTyped, filesUnreadable, storePreview, whatIf, modePreview, modeIdentity, revert, filter
    case error

    /// Opens it over the gate of ``HostileNamesTests``.
    func open(_ driver: inout ScreenDriver, _ name: String) {
        switch self {
        case .requests:
            Self.openRequests(&driver, name)
        case .request:
            Self.openRequests(&driver, name)
            driver.press(.enter)
        case .revisions:
            driver.press(.character("3"), .character("D"))
            driver.answer(.revisions(Self.revisions(name)))
        case .revocationLists:
            driver.press(.character("3"), .tab, .tab)
        case .revocationList:
            driver.press(.character("3"), .tab, .tab, .enter)
        case .revocation:
            driver.press(.character("3"), .character("s"))
            driver.type("4a")
            driver.press(.enter)
            let finding = RevocationAnswer.Finding(
                trustStore: "partners",
                list: Self.list(name),
                revokedAt: Sample.start,
                reason: name
            )
            driver.answer(.revocations(RevocationAnswer(findings: [finding], lists: 1, entries: 9)))
        case .files:
            Self.openFiles(&driver)
            driver.answer(.files(Self.listing(name)))
            driver.press(.down)
        case .filesTyped:
            Self.openFiles(&driver)
            driver.answer(.files(Self.listing(name)))
            driver.send(.paste(name))
        case .filesUnreadable:
            Self.openFiles(&driver)
            driver.send(.reply(driver.state.lastRequest, .failure(Self.error(name))))
        case .storePreview:
            driver.press(.character("3"), .tab, .character("!"), .character("x"))
            driver.answer(.preview(Self.preview(name)))
            driver.advance(400)
        case .whatIf:
            driver.press(.character("3"), .tab, .character("i"))
            driver.answer(.preview(Self.preview(name)))
        case .modePreview:
            driver.openModeDialogue(downTo: 1)
            driver.press(.character("v"))
            driver.answer(.rehearsal([Self.rehearsal(name)]))
        case .modeIdentity:
            driver.openModeDialogue()
            driver.press(.tab, .tab, .tab)
            driver.send(.paste(name))
        case .revert:
            driver.press(.character("8"), .character("!"), .character("R"))
        case .filter:
            driver.press(.character("4"), .character("/"))
            driver.send(.paste(name))
        case .error:
            driver.send(.written(.failure(Self.error(name))))
        }
    }

    private static func openFiles(_ driver: inout ScreenDriver) {
        driver.press(.character("3"), .character("!"), .character("A"))
    }

    private static func openRequests(_ driver: inout ScreenDriver, _ name: String) {
        driver.press(.character("4"), .character("r"))
        let lines = Sample.requests.lines.map { line in
            line.replacing("/v1/orders", with: "/\(name)").replacing("curl/8.5", with: name)
                .replacing("\"api.example.com\"", with: "\"\(name)\"")
        }
        driver.answer(.requests(RequestPage(lines: lines, end: 9, skipped: 0)))
    }

    static func facts(_ name: String, _ number: Int = 1) -> CertificateFacts {
        Sample.facts("CN=\(name),O=\(name)", issuer: "CN=\(name)", days: 20, number: number)
    }

    static func list(_ name: String) -> RevocationList {
        RevocationList(
            id: 1,
            facts: RevocationList.Facts(
                issuer: "CN=\(name)",
                number: name,
                entries: 9,
                thisUpdate: Sample.start,
                nextUpdate: Sample.start,
                fingerprint: "cd"
            ),
            source: BundleSource(path: "/etc/\(name)", digest: "00", readAt: Sample.start),
            signers: []
        )
    }

    private static func revisions(_ name: String) -> [TrustStoreRevision] {
        [2, 1].map { number in
            TrustStoreRevision(
                revision: number,
                time: Sample.start,
                change: Int64(number),
                author: Author(name: name, via: "console"),
                certificates: [self.facts(name, number)]
            )
        }
    }

    private static func listing(_ name: String) -> FileListing {
        FileListing(
            directory: "/etc/\(name)",
            entries: [
                FileListing.Entry(name: name, isDirectory: true, size: 0),
                FileListing.Entry(name: "\(name).pem", isDirectory: false, size: 9),
            ],
            isCut: false
        )
    }

    private static func error(_ name: String) -> OperatorError {
        OperatorError(
            .fileUnreadable,
            subject: name,
            message: "\(name) cannot be read.",
            hint: "Look at \(name)."
        )
    }

    private static func rehearsal(_ name: String) -> RehearsalReport {
        let client = RehearsalReport.Client(
            facts: self.facts(name),
            connections: 9,
            lastSeen: Sample.start,
            address: .loopback,
            reason: .untrusted,
            sentence: name,
            remedy: name
        )
        let known = ClientList(
            clients: [Sample.client("CN=\(name)", days: 3, number: 1)],
            matching: 1,
            verified: 1,
            unverified: 0
        )
        return RehearsalReport(
            listener: "edge-iot",
            current: "passthrough",
            candidate: "verify",
            since: Sample.start,
            isBlind: false,
            accepted: 1,
            acceptedConnections: 9,
            refused: RehearsalReport.Clients(count: 1, connections: 9, first: [client]),
            admitted: RehearsalReport.Clients(count: 1, connections: 9, first: [client]),
            withoutCertificate: 9,
            unseen: known
        )
    }

    private static func preview(_ name: String) -> TrustStorePreview {
        let line = Plan.Line(verb: .change, resource: "trust store partners", details: ["remove CA \(name)"])
        return TrustStorePreview(
            plan: Plan(lines: [line], warnings: [name]),
            authorities: AuthorityDifference(from: [self.facts(name)], to: [self.facts(name, 2)]),
            reports: [self.rehearsal(name)],
            dependents: self.rehearsal(name).unseen
        )
    }
}
