import Model
import Testing

@testable import Console

/// What asks before it changes something, asked as questions.
@Suite("Questions in lines")
struct LinearDialoguesTests {
    private static let receipt = Reply.receipt(
        ChangeReceipt(
            generation: 13,
            plan: Plan(lines: [Plan.Line(verb: .change, resource: "listener edge-iot")])
        )
    )

    @Test("Nothing can be asked for until it is armed, and arming says so")
    func observe() {
        var driver = LinearDriver.live()
        #expect(driver.type("mode verify edge-iot") == ["observe mode: press ! to arm"])
        #expect(driver.state.dialogue == nil)
        #expect(driver.type("!").first?.hasPrefix("armed for 10 minutes") == true)
        #expect(driver.type("2").first?.hasSuffix("ARMED 10:00") == true)
        driver.advance(600_000)
        #expect(driver.said() == ["observe mode: the 10 minutes are over"])
        var viewer = LinearDriver.live(role: .viewing)
        #expect(viewer.type("!").first?.hasPrefix("viewer: ") == true)
    }

    @Test("A mode is asked for field by field; whom it would refuse is told before the last question")
    func mode() throws {
        var driver = LinearDriver.live()
        let first = driver.type("!", "mode verify edge-iot").dropFirst()
        #expect(
            first.first?.hasPrefix("Change mTLS mode: edge-iot. It is passthrough now. cancel leaves") == true
        )
        #expect(first.last == "? mode: off, passthrough, verify. An empty line takes verify")
        #expect(
            driver.type("").last == "? trust store: iot-fleet r5, partners r42. An empty line takes iot-fleet"
        )
        #expect(driver.type("nowhere").first == "there is no trust store nowhere")
        #expect(driver.type("partners").last?.hasPrefix("? clients: required (") == true)
        #expect(driver.type("optional").last?.hasPrefix("? which clients alone are let in: ") == true)
        #expect(driver.type("cn=x").contains { $0.hasPrefix("write subject-cn=") })
        #expect(
            driver.type("subject-cn=svc-*").last
                == "? ignore client certificate expiry: yes or no. An empty line takes no"
        )
        #expect(driver.type("perhaps").first == "\"perhaps\" is no answer to that")
        #expect(driver.type("").last == "? advertise CA names: yes or no. An empty line takes no")
        // The gate has not answered: nothing more is asked, and the next line waits.
        #expect(driver.type("yes", "5") == ["asking the gate whom this would refuse"])
        driver.answer(.rehearsal([Sample.rehearsal]))
        let preview = driver.said()
        #expect(preview.contains { $0.contains("REFUSED") })
        #expect(preview.contains { $0.hasPrefix("REJECT") })
        #expect(preview.last?.hasPrefix("? undo at how many percent refused: 1 to 100, or none.") == true)
        #expect(driver.type("5h").first == "\"5h\" is no answer to that")
        #expect(driver.type("0").contains("a limit is 1 to 100 %"))
        #expect(driver.takeChanges() == [])
        #expect(driver.type("90").last?.contains("Type the listener's name") == true)
        let last = driver.type("edge-iot")
        #expect(last.first?.hasPrefix("same as  sekisho mtls edge-iot verify --trust-store partners") == true)
        #expect(
            last.last
                == "? change edge-iot from passthrough to verify, trial of 5 min? Type apply to do it. "
                + "An empty line leaves it as it is"
        )
        #expect(driver.type("aply").contains("\"aply\" is no answer to that"))
        #expect(driver.takeChanges() == [])
        #expect(driver.type("apply").last?.hasPrefix("applying: ") == true)
        let changes = driver.takeChanges()
        guard case .change(let change) = try #require(changes.first) else { return }
        #expect(changes.count == 1)
        #expect(change.mode == .verify)
        #expect(change.trustStore == "partners")
        #expect(change.clientCertificate == .optional)
        #expect(change.advertiseTrustStoreCaNames == true && change.ignoreClientCertificateExpiry == nil)
        #expect(change.trial?.confirmWithinSeconds == 300)
        #expect(change.trial?.maximumRefusalPercent == 90)
        driver.answer(Self.receipt)
        #expect(
            driver.said() == ["edge-iot is now verify (generation 13); undone in 5 min unless K keeps it"]
        )
    }

    @Test("Opening a listener further needs its name, typed")
    func weaker() {
        var driver = LinearDriver.live()
        _ = driver.type("!", "mode off edge-api", "")
        driver.answer(.rehearsal([]))
        _ = driver.said()
        #expect(driver.type("stay").last == "? Type the listener's name to enable Apply:")
        #expect(driver.type("").first == "type the listener's name, edge-api, to open it further")
        #expect(driver.type("edge-iot").first == "type the listener's name, edge-api, to open it further")
        #expect(driver.type("apply").first == "type the listener's name, edge-api, to open it further")
        #expect(driver.takeChanges() == [])
        #expect(driver.type("edge-api").last?.contains("change edge-api from verify to off") == true)
        _ = driver.type("yes")
        #expect(driver.takeChanges().count == 1)
    }

    @Test("A name of a listener is a row of its own, and is opened further by the host name alone")
    func names() throws {
        var driver = LinearDriver.live(view: Sample.view(listeners: Sample.namedListeners))
        let page = driver.type("2")
        #expect(page.contains("edge-api: names (4)"))
        let row = try #require(page.first { $0.contains(". api.example.net, ") })
        _ = driver.type(".\(row.prefix { $0 != "." })", "!")
        #expect(driver.type("m").first?.hasPrefix("Change mTLS mode: edge-api api.example.net. ") == true)
        _ = driver.type("off")
        driver.answer(.rehearsal([]))
        #expect(driver.type("stay").last == "? Type the host name to enable Apply:")
        #expect(driver.type("edge-api").first == "type the host name, api.example.net, to open it further")
        #expect(driver.takeChanges() == [])
        _ = driver.type("api.example.net", "apply")
        guard case .change(let change) = try #require(driver.takeChanges().first) else { return }
        #expect(change.serverName == "api.example.net")
    }

    @Test("Every question can be left, and an empty line at the last one changes nothing", arguments: 0...7)
    func cancel(answers: Int) {
        for leaving in ["cancel", "esc", "CANCEL"] {
            var driver = LinearDriver.live()
            _ = driver.type("!", "mode verify edge-web")
            for _ in 0..<min(answers, 6) { _ = driver.type("") }
            if answers >= 6 { driver.answer(.rehearsal([])) }
            if answers == 7 { _ = driver.type("", "") }
            _ = driver.said()
            #expect(driver.state.dialogue != nil)
            #expect(driver.type(answers == 7 && leaving == "esc" ? "" : leaving) == ["nothing was changed"])
            #expect(driver.state.dialogue == nil)
            #expect(driver.takeChanges() == [])
        }
    }

    @Test("A change that is none is not applied")
    func same() {
        var driver = LinearDriver.live()
        let said = driver.type("!", "mode verify edge-api", "", "", "", "", "", "")
        #expect(said.contains("nothing to change: choose another mode"))
        #expect(said.last?.hasPrefix("? mode: ") == true)
        #expect(driver.type("apply").contains("\"apply\" is no answer to that"))
        #expect(driver.takeChanges() == [])
    }

    @Test("What the gate refuses is told, and can be tried again or left")
    func refused() {
        var driver = LinearDriver.live()
        _ = driver.type("!", "mode passthrough edge-web", "")
        driver.answer(.rehearsal([]))
        _ = driver.type("stay", "apply")
        driver.fail("Somebody was faster.")
        let said = driver.said()
        #expect(said.contains("Somebody was faster."))
        #expect(said.last?.hasPrefix("? change edge-web from off to passthrough") == true)
        #expect(driver.type("cancel") == ["nothing was changed"])
    }

    @Test("A listener that somebody else changes meanwhile is asked about again")
    func meanwhile() {
        var driver = LinearDriver.live()
        _ = driver.type("!", "mode verify edge-iot", "", "")
        driver.send(.view(Sample.view(Sample.view(), flipping: Sample.id(2).description, to: .off)))
        let said = driver.said()
        #expect(said.contains("somebody else changed this listener: it was passthrough"))
        #expect(said.last?.hasPrefix("? mode: ") == true)
        driver.send(.view(Sample.view(listeners: [], generation: 15)))
        #expect(driver.said().contains("listener edge-iot has been removed; nothing was changed"))
        #expect(driver.state.dialogue == nil)
    }

    @Test("Without the gate nothing is applied")
    func gone() {
        var driver = LinearDriver.live()
        _ = driver.type("!", "mode passthrough edge-web", "")
        driver.answer(.rehearsal([]))
        _ = driver.type("stay")
        driver.send(.link(.gone("No gate answers.")))
        #expect(driver.type("apply").contains("the gate cannot be reached"))
        #expect(driver.takeChanges() == [])
    }

    @Test("What is piped in waits for its question; what somebody typed ahead was not meant for it")
    func ahead() {
        var piped = LinearDriver.live()
        _ = piped.type("!")
        piped.pipe("mode off edge-web", "passthrough", "stay", "apply", "2")
        // The question has to be open for a moment, and the gate has to answer.
        #expect(piped.said().count == 2)
        piped.advance(ModeDialogue.guardMilliseconds)
        #expect(piped.takeChanges() == [])
        piped.answer(.rehearsal([]))
        #expect(piped.takeChanges().count == 1)
        var typed = LinearDriver.live(isInteractive: true)
        _ = typed.type("!")
        typed.pipe("mode off edge-web")
        #expect(typed.takeDeeds().contains(.discardInput))
        typed.advance(5_000)
        #expect(typed.said().last?.hasPrefix("? mode: ") == true)
    }

    @Test("A trial is kept or taken back by one word, from any page")
    func keep() {
        let view = Sample.view(changes: Sample.changes, trials: [Sample.trial])
        for (line, word, wanted) in [
            ("K", "keep", Request.keep(change: 17)), ("undo", "undo", .undo(change: 17)),
        ] {
            var driver = LinearDriver.live(view: view)
            let said = driver.type("!", "4", line)
            #expect(said.contains { $0.contains("change listener edge-pay: mode passthrough -> verify") })
            #expect(said.last?.contains("Type \(word) to do it") == true)
            #expect(driver.type("") == ["nothing was changed"])
            _ = driver.type(line, word)
            #expect(driver.takeChanges() == [wanted])
        }
    }

    @Test("A target is drained when somebody says so, the last healthy one only by the group's name")
    func drain() {
        var driver = LinearDriver.live(view: Sample.view(health: Sample.health))
        _ = driver.type("!", "6", ".1")
        let said = driver.type("d")
        #expect(said.first?.hasPrefix("Drain ") == true)
        #expect(said.contains { $0.contains("stay healthy") || $0.contains("NO healthy target") })
        let isLast = said.last?.hasPrefix("? Type ") == true
        if isLast { _ = driver.type(Sample.api.name) }
        _ = driver.type("drain")
        #expect(driver.takeChanges().count == 1)
    }

    @Test("A CA is removed after what the gate says of it, by the store's name where it would hurt")
    func remove() {
        var driver = LinearDriver.live(view: Sample.view(stores: [Sample.revoking, Sample.fleet]))
        _ = driver.type("!", "3", ".2", "3", ".3")
        #expect(driver.type("x") == ["asking the gate whom this would refuse"])
        driver.answer(.preview(Sample.preview))
        let said = driver.said()
        #expect(said.contains { $0.hasPrefix("removed: CN=Umbrella Root") })
        #expect(said.contains { $0.hasPrefix("REJECT") })
        #expect(said.last == "? Type partners:")
        #expect(driver.type("remove").first == "type partners to go on")
        #expect(driver.type("partners").last?.contains("Remove a CA from partners? Type apply") == true)
        #expect(driver.takeChanges() == [])
        _ = driver.type("apply")
        #expect(driver.takeChanges().count == 1)
    }

    @Test("What the gate says cannot be done is told and left, without a question")
    func impossible() {
        var driver = LinearDriver.live(view: Sample.view(stores: [Sample.revoking, Sample.fleet]))
        _ = driver.type("!", "3", ".3")
        driver.pipe("x")
        driver.fail("It is the last CA.")
        driver.advance(ModeDialogue.guardMilliseconds)
        #expect(driver.said().suffix(2) == ["It is the last CA.", "nothing was changed"])
        driver.advance(5_000)
        #expect(driver.said() == [])
    }

    @Test("A file is chosen by number, by its name or by a path, never by part of a name")
    func files() {
        for (line, path) in [
            ("3", "/etc/pki/notes.txt"), ("partner-root-3.pem", "/etc/pki/./partner-root-3.pem"),
            ("partner", "/etc/pki/./partner"), ("/tmp/x.pem", "/tmp/x.pem"),
        ] {
            var driver = LinearDriver.live()
            driver.pipe("!", "add-ca partners")
            driver.answer(.files(Sample.listing))
            let said = driver.said()
            #expect(said.contains("3. notes.txt, 812 B"))
            #expect(said.last?.hasPrefix("? a number, a name here, or a path") == true)
            driver.pipe(line)
            let asked = driver.effects.contains {
                if case .request(_, .file(path, limit: _)) = $0 { true } else { false }
            }
            #expect(asked, "\(line): \(driver.effects)")
        }
    }

    @Test("Menus are numbered, and say what they offer")
    func menus() {
        var driver = LinearDriver.live()
        _ = driver.type("2", ".1")
        let said = driver.type("=")
        #expect(said.first == "Only like this")
        #expect(said[1] == "1. name: edge-api")
        #expect(driver.type("99").first == "\"99\" is no answer to that")
        #expect(driver.type("1").contains { $0.hasPrefix("1. edge-api, ") })
        #expect(driver.state.listeners.filterText == "name:edge-api")
        #expect(driver.type("esc").count == 6)
        #expect(driver.type("copy name") == ["edge-api"])
        #expect(driver.type("revisions partners") == [])
        driver.answer(.revisions(Sample.revisions))
        #expect(driver.said().contains { $0.hasPrefix("added: ") })
        #expect(driver.type("2").contains { $0.contains("what was before it is not remembered") })
        #expect(driver.type("").isEmpty)
        #expect(driver.state.overlay == nil)
    }

    @Test("A menu that asks to be armed takes the sign for it, and offers anew what it can")
    func armedMenu() {
        var driver = LinearDriver.live()
        #expect(driver.type("2", "actions").contains { $0.contains("observe mode: press ! to arm") })
        let said = driver.type("!")
        #expect(said.first?.hasPrefix("armed for 10 minutes") == true)
        #expect(said.contains { $0.hasSuffix("opens its dialogue") })
        #expect(said.last?.hasPrefix("? a number from 1 to ") == true)
    }

    @Test("What is about a screen is refused in a sentence; help tells the rest by the words that are typed")
    func commands() {
        var driver = LinearDriver.live()
        for name in LinearConsole.drawnOnly {
            #expect(driver.type(name).first?.hasPrefix("\(name) is about what is on a screen") == true)
            #expect(driver.type("\(name) x").first?.hasPrefix("\(name) is about") == true)
        }
        #expect(driver.takeDeeds() == [])
        #expect(driver.type("filtr x").first == "there is no command filtr: did you mean filter?")
        let help = driver.type("help all")
        for command in Command.registry where command.name != "command" {
            let isTold = help.contains {
                $0.hasPrefix(command.name + " ") || $0.hasPrefix(command.name + ":")
            }
            #expect(isTold != LinearConsole.drawnOnly.contains(command.name), "\(command.name)")
        }
        #expect(driver.type("?").contains { $0.hasPrefix("mode <mode> <listener> <host> or m: ") })
        #expect(driver.type("help filter").contains { $0.hasPrefix("field:value: ") })
        #expect(driver.type("explain untrusted").contains { $0.hasPrefix("do: ") })
        #expect(driver.type("clock").contains("clock local"))
    }

    @Test("Leaving a gate of this process asks what shall become of it; an empty line stays")
    func leave() {
        var driver = LinearDriver.live(role: .serving)
        let said = driver.type("q")
        #expect(said.first == "This process is also the gate.")
        #expect(said.last == "? a number from 1 to 3. An empty line takes Stay")
        // Figures that change are not asked about again.
        driver.send(.counters(Sample.counters(Sample.view(), seconds: 38)))
        #expect(driver.said() == [])
        _ = driver.type("")
        #expect(driver.takeDeeds().filter { $0 != .discardInput } == [])
        for (line, end) in [
            ("2", ConsoleEnd.left), ("leave", .left), ("3", .stopServing), ("stop", .stopServing),
        ] {
            driver = .live(role: .serving)
            _ = driver.type("leave", line)
            #expect(driver.takeDeeds().contains(.end(end)), "\(line)")
        }
        var attached = LinearDriver.live()
        _ = attached.type("4", "q")
        #expect(attached.takeDeeds().contains(.end(.left)))
    }

    @Test("Ctrl-C leaves what is asked, and then asks whether to leave")
    func interrupt() {
        var driver = LinearDriver.live(role: .serving)
        _ = driver.type("!", "mode off edge-api")
        driver.send(.key(.ctrl("c")))
        #expect(driver.said() == ["nothing was changed"])
        driver.send(.key(.ctrl("c")))
        #expect(driver.said().first == "This process is also the gate.")
    }
}
