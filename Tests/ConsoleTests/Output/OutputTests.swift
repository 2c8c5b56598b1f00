import Foundation
import Model
import Testing

@testable import Console

/// What leaves the console: clipboard, files, pictures, reports.
@Suite("Output")
struct OutputTests {
    @Test(
        "Base64 is that of RFC 4648",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
    )
    func base64(text: String, encoded: String) {
        #expect(String(decoding: Clipboard.base64(Array(text.utf8)), as: UTF8.self) == encoded)
    }

    @Test("JSON escapes what would end a text or a line")
    func json() {
        #expect(JSONText.quoted("a\"b\\c\u{1B}[2J\n\u{7F}é") == #""a\"b\\c\u001b[2J\u000a\u007fé""#)
        #expect(JSONText.number(3) == "3")
        #expect(JSONText.number(.nan) == "null")
    }

    @Test("A picture has every character of the screen, and markup in names is text")
    func picture() throws {
        var driver = ScreenDriver.live(
            Size(columns: 80, rows: 24),
            glyphs: .unicode,
            page: .log,
            records: 0
        )
        driver.send(
            .records(RecordBatch(records: [Sample.record(2, subject: "CN=<script>&x")], lost: 0))
        )
        let svg = SVGPicture.text(driver.canvas, theme: try ThemeFile.load("night"))
        #expect(svg.contains("&lt;script&gt;&amp;x"))
        #expect(!svg.contains("<script>"))
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        #expect(
            svg.components(separatedBy: "<text").count == svg.components(separatedBy: "</text>").count
        )
    }

    @Test("A report for a client's owner holds nothing of ours")
    func report() {
        var log = EventLog()
        _ = log.append([Sample.tracedRecord(7)])
        let report = log.entries.first.map { RefusalReport.text($0, count: 12) } ?? ""
        #expect(report.contains("ClientCertUntrusted") && report.contains("12 times"))
        for secret in ["edge-", "partners", "127.0.0.1", "app/edge", "0.0.0.0"] {
            #expect(!report.contains(secret))
        }
    }

    @Test(
        "Words for a shell are quoted",
        arguments: [("a.pem", "a.pem"), ("a b", "'a b'"), ("a'b", "'a'\\''b'"), ("", "''")]
    )
    func shell(text: String, quoted: String) {
        #expect(OpenSSLCommand.quoted(text) == quoted)
    }

    @Test("Copying offers what a row has, and sends it to the terminal")
    func copy() {
        var driver = ScreenDriver.live(page: .log)
        driver.press(.up, .character("y"), .enter)
        guard case .copy(let line) = driver.takeEffects().last else {
            Issue.record("nothing was copied")
            return
        }
        #expect(line == driver.state.selectedEntry?.record.albLine)
    }

    @Test("Every page names the command that prints it", arguments: Page.allCases)
    func view(page: Page) throws {
        var driver = ScreenDriver.live(page: page, view: Sample.view(changes: Sample.changes))
        if page == .log {
            driver.enter(filter: "cn ~ '")
            driver.press(.character("F"), .character("p"))
        }
        let command = try #require(ViewCommand.text(of: driver.state))
        let expected: [Page: String] = [
            .overview: "sekisho attention", .listeners: "sekisho status edge-api",
            .trustStores: "sekisho trust-store iot-fleet", .targets: "sekisho status",
            .log: "sekisho logs --count-by reason --failed --filter 'cn ~ '\\'''",
            .refusals: "sekisho refusals", .clients: "sekisho clients --all",
            .changes: "sekisho changes", .requests: "sekisho logs --access",
        ]
        #expect(command == expected[page])
        #expect(CopyText.choices(of: driver.state).last?.text == command)
    }

    @Test("What a refused client sent is written as PEM, if the gate still has it")
    func chain() {
        for pem in ["-----BEGIN CERTIFICATE-----\n", ""] {
            var driver = ScreenDriver.live(page: .refusals)
            driver.send(.records(RecordBatch(records: [Sample.tracedRecord(60)], lost: 0)))
            driver.press(.character("w"), .down, .down)
            #expect(driver.contains("PEM, what the client sent"))
            driver.press(.enter)
            let record = driver.state.selectedRefusal?.traceID.description ?? ""
            let asked = Effect.request(driver.state.lastRequest, .explain(record: record))
            #expect(driver.takeEffects().last == asked)
            driver.answer(
                .explanation(
                    Explanation(
                        record: Sample.tracedRecord(60),
                        listener: "edge-api",
                        trace: nil,
                        chainPEM: pem,
                        anchorsPEM: "",
                        isSameTrustStore: true
                    )
                )
            )
            let written = Effect.write(path: nil, stem: "sekisho-chain", ending: "pem", text: pem)
            #expect(driver.takeEffects().last == (pem.isEmpty ? nil : written))
            #expect(pem.isEmpty == driver.message.contains("does not keep this client's certificates"))
        }
        // A connection without a certificate has nothing to write.
        var driver = ScreenDriver.live(page: .refusals)
        driver.enter(filter: "reason:no-cert")
        driver.press(.character("w"))
        #expect(!driver.contains("PEM, what the client sent"))
    }

    @Test("An export of the log holds the records that are shown, and nothing that moves a cursor")
    func export() {
        var driver = ScreenDriver.live(page: .log, records: 0)
        let hostile = Sample.record(1, subject: "CN=\u{1B}[2Jx")
        driver.send(.records(RecordBatch(records: [hostile] + Sample.records(11, from: 2), lost: 0)))
        driver.press(.character("F"))
        for format in ["text", "json"] {
            driver.press(.character(":"))
            driver.type("export \(format)")
            driver.press(.enter)
        }
        let texts = driver.takeEffects().compactMap { effect -> String? in
            if case .write(_, _, _, let text) = effect { text } else { nil }
        }
        #expect(texts.count == 2)
        for text in texts {
            #expect(text.split(separator: "\n").count == driver.state.log.matches.count)
            #expect(!text.contains("\u{1B}"))
        }
    }
}
