import Model
import Testing

@testable import Console

/// What `sekisho mtls` can ask of clients, the mode dialogue can, and what a trial is taken back for.
@Suite("Requirements in the mode dialogue")
struct ModeRequirementsTests {
    /// The dialogue of edge-api, which verifies by `partners`, with the focus on a field.
    private static func dialogue(
        _ requirements: ClientRequirements = .standard,
        on field: ModeDialogue.Field
    ) -> ScreenDriver {
        let first = Sample.listeners[0].with(
            MutualAuthentication(
                mode: .verify,
                trustStoreID: Sample.partners.id,
                requirements: requirements
            )
        )
        let view = Sample.view(listeners: [first] + Sample.listeners.dropFirst())
        var driver = ScreenDriver.live(Size(columns: 120, rows: 40), view: view)
        driver.openModeDialogue()
        driver.focus(field)
        return driver
    }

    /// What a gate expects of edge-iot in verify, in connections of clients it knows.
    private static func report(accepted: UInt64, refused: UInt64) -> RehearsalReport {
        RehearsalReport(
            listener: "edge-iot",
            current: "passthrough",
            candidate: "verify",
            since: Sample.start,
            isBlind: false,
            accepted: 10,
            acceptedConnections: accepted,
            refused: RehearsalReport.Clients(count: 2, connections: refused, first: []),
            admitted: RehearsalReport.Clients(count: 0, connections: 0, first: []),
            withoutCertificate: 0,
            unseen: ClientList(clients: [], matching: 0, verified: 0, unverified: 0)
        )
    }

    private static func change(_ driver: inout ScreenDriver) -> MutualAuthenticationChange? {
        for effect in driver.takeDeeds() {
            if case .request(_, .change(let change)) = effect { return change }
        }
        return nil
    }

    @Test("Observing instead of refusing opens the listener, so its name is needed")
    func observed() {
        var driver = Self.dialogue(on: .clients)
        #expect(driver.contains("[required]"))
        driver.press(.left)
        #expect(driver.contains("[observed]") && driver.contains("EVERYBODY gets through"))
        #expect(driver.command.contains("--client-certificate observed"))
        driver.press(.enter, .enter)
        #expect(Self.change(&driver) == nil)
        driver.type("edge-api")
        driver.press(.enter, .enter)
        let change = Self.change(&driver)
        #expect(change?.clientCertificate == .observed)
        #expect(change?.identityFilters == nil && change?.pinnedCertificates == nil)
        #expect(change?.mode == .verify)
    }

    @Test("Filters and pins are typed as the command writes them; who is let in by fewer is no weakening")
    func identity() {
        let pin = String(repeating: "ab", count: 32)
        var driver = Self.dialogue(on: .identity)
        driver.type("subject-cn=press-* \(pin)")
        driver.press(.tab)
        #expect(driver.command.contains(" --identity subject-cn=press-* --pin \(pin)"))
        driver.answer(.rehearsal([]))
        driver.focus(.apply)
        driver.press(.enter)
        let change = Self.change(&driver)
        #expect(change?.identityFilters == [IdentityFilter(field: .subjectCN, values: ["press-*"])])
        #expect(change?.pinnedCertificates == [pin])
        #expect(change?.clientCertificate == nil)
    }

    @Test("A filter that is taken away lets more in, so the name is needed; a mistake is told")
    func wider() {
        let filters = [IdentityFilter(field: .subjectCN, values: ["a b", "c"])]
        var driver = Self.dialogue(ClientRequirements(identityFilters: filters), on: .identity)
        #expect(driver.contains("\"subject-cn=a b\" subject-cn=c"))
        #expect(!driver.command.contains("--identity"))
        driver.type(" nonsense")
        driver.press(.enter)
        #expect(driver.contains("write subject-cn="))
        driver.press(.ctrl("u"), .tab)
        #expect(driver.command.contains("--any-identity"))
        #expect(driver.contains("Type the listener's name"))
        driver.focus(.apply)
        driver.press(.enter)
        #expect(Self.change(&driver) == nil)
    }

    @Test("Letting expired certificates in opens the listener, so its name is needed")
    func ignoredExpiry() {
        var driver = Self.dialogue(on: .expiry)
        #expect(driver.contains("[ ] ignore client certificate expiry"))
        driver.press(.character(" "))
        #expect(driver.contains("[x] ignore client certificate expiry"))
        #expect(driver.contains("own certificate has expired are let in"))
        #expect(driver.command.contains(" --ignore-expiry on"))
        driver.focus(.apply)
        driver.press(.enter)
        #expect(Self.change(&driver) == nil)
        driver.focus(.name)
        driver.type("edge-api")
        driver.press(.enter, .enter)
        let change = Self.change(&driver)
        #expect(change?.ignoreClientCertificateExpiry == true)
        #expect(change?.advertiseTrustStoreCaNames == nil && change?.clientCertificate == nil)
    }

    @Test("Telling clients the names of the CAs lets nobody in, and needs no name")
    func advertised() {
        var driver = Self.dialogue(on: .caNames)
        driver.press(.right)
        #expect(driver.command.contains(" --advertise-ca-names on"))
        #expect(!driver.command.contains("--ignore-expiry"))
        #expect(!driver.contains("Type the listener's name"))
        driver.answer(.rehearsal([]))
        driver.focus(.apply)
        driver.press(.enter)
        #expect(Self.change(&driver)?.advertiseTrustStoreCaNames == true)
    }

    @Test("A limit of refusals goes with the trial; one below what is expected would trip at once")
    func limit() {
        var driver = ScreenDriver.live(Size(columns: 120, rows: 40))
        driver.openModeDialogue(downTo: 1)
        driver.press(.character("v"))
        driver.answer(.rehearsal([Self.report(accepted: 939_000, refused: 61_000)]))
        // 6.1 % are expected: seven, and three points above.
        #expect(driver.contains("[10] % refused"))
        #expect(driver.command.hasSuffix("--confirm-within 10m --max-refusals 10"))
        driver.focus(.limit)
        driver.press(.ctrl("u"), .character("5"))
        driver.focus(.apply)
        _ = driver.takeEffects()
        driver.press(.enter)
        #expect(Self.change(&driver) == nil)
        #expect(driver.contains("it would trip at once: 7 %"))
        driver.focus(.limit)
        driver.press(.ctrl("u"), .character("1"), .character("2"))
        driver.focus(.name)
        driver.type("edge-iot")
        driver.focus(.apply)
        driver.press(.enter)
        #expect(Self.change(&driver)?.trial?.maximumRefusalPercent == 12)
    }

    @Test("What only a few connections say makes no limit, and a trial may last a minute")
    func few() throws {
        var driver = ScreenDriver.live(Size(columns: 120, rows: 40))
        driver.openModeDialogue(downTo: 1)
        driver.press(.character("v"))
        driver.answer(.rehearsal([Self.report(accepted: 90, refused: 10)]))
        #expect(driver.contains("confidence MEDIUM: few connections yet"))
        #expect(driver.contains("[any share]"))
        driver.focus(.terms)
        driver.press(.left, .left)
        #expect(driver.contains("[trial of 1 min]"))
        driver.focus(.name)
        driver.type("edge-iot")
        driver.focus(.apply)
        driver.press(.enter)
        #expect(Self.change(&driver)?.trial == (try TrialTerms(confirmWithinSeconds: 60)))
    }

    @Test("Words are read as they are written", arguments: ["", "a=b", "subject-cn", "\"subject-cn=a", "zz"])
    func words(text: String) {
        #expect((IdentityText.read(text) == nil) == !text.isEmpty)
    }
}

extension ScreenDriver {
    /// What the mode dialogue says is the same as a command; on the screen it may be broken over lines.
    fileprivate var command: String {
        if case .mode(let dialogue) = self.state.dialogue { dialogue.command } else { "" }
    }

    /// Tab until a field of the mode dialogue has the keys.
    fileprivate mutating func focus(_ field: ModeDialogue.Field) {
        for _ in 0..<12 {
            guard case .mode(let dialogue) = self.state.dialogue, dialogue.focus != field else { return }
            self.press(.tab)
        }
    }
}
