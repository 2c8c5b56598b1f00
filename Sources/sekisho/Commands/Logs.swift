import API
import ArgumentParser
import Console
import Foundation
import Model

/// `sekisho logs`: the connection log, from the gate that runs or from its file, and the access log.
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the connection log, or with --access a line for each request.",
        discussion: """
            From the gate that runs, or from the log's file if none does. ALB's line tells all failures outside \
            the client's certificate as UnmappedConnectionError; with --output json a running gate adds \
            listener, mode, detail (the word that tells them apart: no-cert, timeout, not-tls …), sentence, \
            server_name, chain_count, fingerprint and resumed. With --failed the format is text: what happened, \
            in a sentence, and the id for `sekisho explain`.

            --filter takes the console's language: field:value (*, ? and {a,b} allowed), field!=value, \
            field~expression, field<n, since:15m, words, and, or, not, parentheses. Fields: \
            \(FilterSchema.connections.fields.map(\.name).joined(separator: " ")).

            --count-by counts what the gate remembers, the newest 100,000 records, by reason, listener, cn, \
            issuer, client (its network) or sni: the console's `p`.

            The access log has the requests of those load balancers whose attribute access_logs.s3.enabled is \
            true. It is read from its file, also while no gate runs.
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case alb, json, text
    }

    /// Lines that can be asked for.
    private static let lineRange = 0...10_000

    @Flag(help: "Requests instead of connections.")
    var access = false

    @Flag(name: .shortAndLong, help: "Go on printing what happens, until Ctrl-C.")
    var follow = false

    @Flag(help: "Only handshakes that did not complete.")
    var failed = false

    @Option(
        help: ArgumentHelp(
            "Only this listener: its name, or its port (without a gate only its port).",
            valueName: "listener"
        )
    )
    var listener: String?

    @Option(
        help: ArgumentHelp(
            "Only what fits, such as 'outcome:fail client:203.0.113.0/24 since:15m'.",
            valueName: "filter"
        )
    )
    var filter: String?

    @Option(
        help: ArgumentHelp(
            "Count instead of printing, by one of \(GateReading.countKeys.joined(separator: ", ")).",
            valueName: "fact"
        ),
        completion: .list(GateReading.countKeys)
    )
    var countBy: String?

    @Option(
        help: ArgumentHelp(
            "Only requests answered with this status, such as 502 or 5xx (with --access).",
            valueName: "status"
        )
    )
    var status: String?

    @Option(
        name: [.customLong("output"), .customLong("format")],
        help: """
            alb (as ALB writes its logs; the default), json (an object a line) or text (for people; the \
            default with --failed).
            """
    )
    var format: Format?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("How many of the newest records to print.", valueName: "n")
    )
    var lines = 100

    @OptionGroup var gate: GateOptions

    func validate() throws {
        guard Self.lineRange.contains(self.lines) else {
            throw ValidationError("--lines is \(self.lines), outside 0–\(Self.lineRange.upperBound).")
        }
        guard self.access || self.status == nil else {
            throw ValidationError("--status is for requests: use it with --access.")
        }
        guard !self.access || !self.failed else {
            throw ValidationError("--failed is for handshakes; with --access, use --status.")
        }
        guard !self.access || self.filter == nil else {
            throw ValidationError("--filter is for connections; with --access, use --status and --listener.")
        }
        guard !self.access || self.format != .text else {
            throw ValidationError("--output text is for connections; with --access, use alb or json.")
        }
        if let countBy {
            guard GateReading.countKeys.contains(countBy) else {
                let keys = GateReading.countKeys.joined(separator: ", ")
                throw ValidationError("--count-by is \(countBy); it can be \(keys).")
            }
            guard !self.access, !self.follow, self.format != .alb else {
                throw ValidationError("--count-by does not go with --access, --follow or --output alb.")
            }
        }
        guard self.status.map(Self.isStatus) ?? true else {
            throw ValidationError("--status is \(self.status ?? ""), which is no status such as 502 or 5xx.")
        }
    }

    private static func isStatus(_ text: String) -> Bool {
        let characters = Array(text.lowercased())
        return characters.count == 3 && ("1"..."5").contains(characters[0])
            && characters.dropFirst().allSatisfy { ("0"..."9").contains($0) || $0 == "x" }
    }

    mutating func run() async throws {
        guard !self.access else { return try await self.printRequests() }
        if let countBy { return try await self.printCounts(by: countBy) }
        guard self.gate.isRemote || self.follow else {
            let path = StatePaths.connectionLog(in: self.gate.statePath)
            try self.checkListenerIsPort()
            let filter = try self.readFilter(self.filter ?? "", .connectionLines, changes: [:])
            try LogFile.tail(of: path, count: self.lines) { self.isWanted(LogLine(alb: $0), filter) }
                .forEach { self.print(LogLine(alb: $0)) }
            return
        }
        // With a filter, look back further than the lines that are to be printed.
        let isFiltered = self.failed || self.listener != nil || self.filter != nil
        let depth = isFiltered && self.lines > 0 ? Self.lineRange.upperBound : self.lines
        let view = try await self.gate.remote.view()
        try self.checkListener(in: view)
        let changes = Dictionary(view.recentChanges.map { ($0.number, $0.time) }, uniquingKeysWith: { $1 })
        let filter = try self.readFilter(self.filter ?? "", .connections, changes: changes)
        var history = LogHistory(count: self.lines)
        var lost: UInt64 = 0
        for try await update in try await self.gate.remote.watch(recentRecords: depth) {
            if case .records(let batch) = update {
                if batch.lost > lost {
                    Output.error("sekisho: \(batch.lost - lost) records came faster than they were read")
                    lost = batch.lost
                }
                let lines = batch.records.map { LogLine($0.record) }.filter { self.isWanted($0, filter) }
                if history.isOver { lines.forEach(self.print) } else { history.add(lines) }
            }
            guard !history.isOver, history.ends(with: update) else { continue }
            history.finish().forEach(self.print)
            guard self.follow else { return }
        }
        history.finish().forEach(self.print)
        Output.error("sekisho: the gate has stopped")
    }

    private func isWanted(_ line: LogLine, _ filter: Filter) -> Bool {
        (!self.failed || line.isFailure) && (self.listener.map(line.isAbout) ?? true)
            && (filter.isEmpty || line.row.map { filter.matches($0) } ?? false)
    }

    func readFilter(
        _ text: String,
        _ schema: FilterSchema,
        changes: [Int64: Timestamp]
    ) throws(OperatorError) -> Filter {
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        do throws(FilterMistake) {
            let environment = FilterEnvironment(now: now, changes: changes)
            return try Filter(text, schema: schema, environment: environment)
        } catch {
            throw OperatorError(
                .validationError,
                subject: "--filter",
                message: "The filter is wrong at column \(error.column + 1): \(error.message).",
                hint: "`sekisho logs --help` shows the language."
            )
        }
    }

    /// A name that no listener has would print nothing for ever; a port may be one that is gone.
    func checkListener(in view: GateView) throws(OperatorError) {
        guard let listener, UInt16(listener) == nil else { return }
        _ = try view.configuration.listener(named: listener)
    }

    func checkListenerIsPort() throws(OperatorError) {
        guard let listener, UInt16(listener) == nil else { return }
        throw OperatorError(
            .validationError,
            subject: listener,
            message: "No gate runs, and the log's file holds no names of listeners.",
            hint: "Give --listener the listener's port."
        )
    }

    private func print(_ line: LogLine) {
        switch self.format ?? (self.failed ? .text : .alb) {
        case .alb: Output.line(line.alb)
        case .json: Output.line(line.json)
        case .text: Output.line(line.text)
        }
    }
}
