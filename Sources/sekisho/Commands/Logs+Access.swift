import API
import Model

/// `sekisho logs --access`: the access log, from its file.
extension Logs {
    /// How often the file is looked at; the gate writes five times a second.
    private static let pace: Duration = .milliseconds(200)

    func printRequests() async throws {
        if let host = self.gate.ssh {
            throw OperatorError(
                .validationError,
                subject: "--access",
                message: "The access log is a file, and that of \(host) is not on this machine.",
                hint: "Run it there: ssh \(host) sekisho logs --access"
            )
        }
        let view = self.gate.isRemote ? try await self.gate.remote.view() : nil
        let wanted = try self.requestFilter(view)
        let path = StatePaths.accessLog(in: view?.stateDirectory ?? self.gate.statePath)
        if let view, !view.configuration.loadBalancers.contains(where: \.logs.access.isEnabled) {
            Output.error(
                "sekisho: no load balancer has an access log; its attribute "
                    + "\(LoadBalancerLogs.accessKey).enabled switches it on"
            )
        }
        var file = FollowedFile(path: path)
        do throws(OperatorError) {
            try LogFile.tail(of: path, upTo: file.start, count: self.lines) { wanted(AccessLogLine(alb: $0)) }
                .forEach { self.print(AccessLogLine(alb: $0)) }
        } catch {
            // The file is made with the first request.
            guard self.follow else { throw error }
        }
        while self.follow {
            try await Task.sleep(for: Self.pace)
            file.newLines().map { AccessLogLine(alb: $0) }.filter(wanted).forEach(self.print)
        }
    }

    /// The log names no listeners: a name becomes the load balancer and the port that it stands for.
    private func requestFilter(
        _ view: GateView?
    ) throws(OperatorError) -> (AccessLogLine) -> Bool {
        var place: (path: String?, port: UInt16)?
        if let listener {
            if let view { try self.checkListener(in: view) } else { try self.checkListenerIsPort() }
            let named = view?.configuration.listeners.first { $0.listener.name == listener }
            place =
                named.map { ($0.loadBalancer.path, $0.listener.port) } ?? UInt16(listener).map { (nil, $0) }
        }
        let (found, status) = (place, self.status)
        return { line in
            (status.map(line.hasStatus) ?? true)
                && (found.map { line.isAbout(port: $0.port, loadBalancer: $0.path) } ?? true)
        }
    }

    private func print(_ line: AccessLogLine) {
        Output.line(self.format == .json ? line.json : line.alb)
    }
}
