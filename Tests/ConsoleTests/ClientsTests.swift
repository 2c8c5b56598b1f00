import Model
import Testing

@testable import Console

/// Whose time is running out, and who has come with a newer certificate.
@Suite("Clients that end")
struct ClientsTests {
    private static func driver(_ list: ClientList = Sample.renewedClients) -> ScreenDriver {
        var driver = ScreenDriver.live(Size(columns: 140, rows: 40), page: .overview)
        driver.press(.character("7"))
        driver.answer(.clients(list))
        return driver
    }

    private static func row(_ driver: ScreenDriver, _ number: Int) -> ClientRow? {
        driver.state.clients.rows.first { $0.id.hasSuffix("\(10 + number)") }
    }

    @Test("One that is due is renewed when a verified certificate of its subject is valid for longer")
    func renewed() {
        let driver = Self.driver()
        #expect(Self.row(driver, 1)?.isRenewed == nil)
        #expect(Self.row(driver, 2)?.isRenewed == false)
        #expect(Self.row(driver, 3)?.isRenewed == false)
        #expect(Self.row(driver, 4)?.isRenewed == true)
        #expect(Self.row(driver, 5)?.isRenewed == nil)
    }

    @Test("A claim renews nothing, and of a ledger that is listed in part nobody is said not to be renewed")
    func unknown() {
        let due = Sample.client("CN=a", days: 3, number: 1)
        let claim = Sample.client("CN=a", days: 300, number: 2, refused: 1)
        func list(matching: Int) -> ClientList {
            ClientList(clients: [due, claim], matching: matching, verified: 1, unverified: 1)
        }
        #expect(Self.row(Self.driver(list(matching: 2)), 1)?.isRenewed == false)
        #expect(Self.row(Self.driver(list(matching: 3)), 1)?.isRenewed == nil)
    }

    @Test("The calendar counts spans for all and for each listener, and names who ends next")
    func calendar() throws {
        var other = Sample.client("CN=b", days: 0, number: 6)
        other.listeners = ["edge-pay": 4]
        let clients = Sample.renewedClients.clients + [other]
        let list = ClientList(clients: clients, matching: 6, verified: 5, unverified: 1)
        let driver = Self.driver(list)
        let calendar = ExpiryCalendar(
            driver.state.clients.rows,
            now: Timestamp(seconds: Sample.start.seconds - 60)
        )
        #expect(calendar.lines.map(\.listener) == [nil, "edge-api", "edge-pay"])
        #expect(
            calendar.lines.map(\.counts) == [[1, 1, 1, 1, 1, 1], [1, 0, 1, 1, 1, 1], [0, 1, 0, 0, 0, 0]]
        )
        #expect(calendar.lines.map { $0.next?.name } == ["CN=b", "CN=svc-31.partner.example", "CN=b"])
    }

    @Test("What breaks when it ends is said of listeners that verify, and of those only")
    func breaks() {
        var driver = Self.driver()
        driver.press(.home)
        while driver.state.clients.selected?.name != "CN=svc-31.partner.example" { driver.press(.down) }
        #expect(driver.contains("refused from 2026-11-26 on by edge-api"))
        #expect(driver.contains("no certificate that is valid for longer has been seen"))
        driver.send(.view(Sample.view(Sample.view(), flipping: "\(Sample.id(1))", to: .passthrough)))
        #expect(!driver.contains("refused from"))
    }

    @Test("A notice has what its owner needs, and nothing that moves a cursor")
    func notice() throws {
        var driver = Self.driver()
        driver.press(.home)
        while driver.state.clients.selected?.name != "CN=svc-31.partner.example" { driver.press(.down) }
        driver.press(.character("y"), .enter)
        guard case .copy(let text) = driver.takeEffects().last else {
            Issue.record("nothing was copied")
            return
        }
        for words in [
            "certificate expires", "CN=svc-31.partner.example", "serial     0413",
            "203.0.113.9  203.0.113.80",
            "edge-api", "No newer certificate",
        ] {
            #expect(text.contains(words), "\(words)")
        }
        let hostile = Sample.client("CN=\u{1B}[2J", days: -1, number: 1)
        let row = try #require(
            Self.row(
                Self.driver(ClientList(clients: [hostile], matching: 1, verified: 1, unverified: 0)),
                1
            )
        )
        #expect(!RenewalNotice.text(row).contains("\u{1B}"))
        #expect(RenewalNotice.text(row).hasPrefix("TLS client certificate has expired"))
    }
}
