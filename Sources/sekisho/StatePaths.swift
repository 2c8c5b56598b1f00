import API
import Foundation
import Glibc
import Model
import Service

/// Where things are in a state directory, for commands that must not take it.
enum StatePaths {
    static func defaultState() -> String {
        StateDirectory.defaultPath(environment: ProcessInfo.processInfo.environment)
    }

    static func socket(in state: String) -> String {
        "\(Self.normalized(state))/control.sock"
    }

    static func viewerSocket(in state: String) -> String {
        "\(Self.normalized(state))/viewer.sock"
    }

    /// The control socket, or the viewers' for those whom the kernel lets through to that one only.
    static func usableSocket(in state: String) -> String {
        let (control, viewers) = (Self.socket(in: state), Self.viewerSocket(in: state))
        let isForViewing = access(control, W_OK) != 0 && errno == EACCES && access(viewers, W_OK) == 0
        return isForViewing ? viewers : control
    }

    static func connectionLog(in state: String) -> String {
        "\(Self.normalized(state))/logs/connection.log"
    }

    static func accessLog(in state: String) -> String {
        "\(Self.normalized(state))/logs/access.log"
    }

    /// Whether a gate has kept its state there.
    static func hasGate(in state: String) -> Bool {
        access("\(Self.normalized(state))/gate.sqlite", F_OK) == 0
    }

    private static func normalized(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}

extension Author {
    /// Whoever runs this process.
    static func thisUser(via: String) -> Author {
        Author(name: PeerCredentials(processID: getpid(), userID: geteuid()).loginName, via: via)
    }
}
