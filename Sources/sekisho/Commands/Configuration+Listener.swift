import Model

extension Configuration {
    /// The listener of a name that an operator gave.
    ///
    /// - Throws: ``OperatorError`` with `ListenerNotFound`, and the name that was probably meant.
    func listener(
        named name: String
    ) throws(OperatorError) -> (loadBalancer: LoadBalancer, listener: Listener) {
        if let found = self.listeners.first(where: { $0.listener.name == name }) { return found }
        let names = self.listeners.map(\.listener.name)
        let nearest = Nearest.word(to: name, among: names).map { "Did you mean \"\($0)\"? " } ?? ""
        throw OperatorError(
            .listenerNotFound,
            subject: name,
            message: "There is no listener \"\(name)\".",
            hint: "\(nearest)`sekisho status` lists them."
        )
    }
}
